import { type HistoryPolicy, plainView, showOwn } from "./policy.ts";

/** What the model itself said, byte for byte. */
export const own: HistoryPolicy = {
  ...plainView,
  name: "own",
  isInjected: false,
  show: showOwn,
};

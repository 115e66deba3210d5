import { type HistoryPolicy, plainView, showOwn } from "./policy.ts";

/** What the model itself said, byte for byte. */
export const own: HistoryPolicy = {
  ...plainView,
  name: "own",
  cache: "append",
  isGiven: false,
  isInjected: false,
  show: showOwn,
};

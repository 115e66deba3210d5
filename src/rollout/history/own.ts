import { historyMember, noOptions } from "./member.ts";
import { type HistoryPolicy, plainView, showOwn } from "./policy.ts";

const policy: HistoryPolicy = { ...plainView, name: "own", isInjected: false, show: showOwn };

/** What the model itself said, byte for byte. */
export const own = historyMember({
  name: "own",
  usage: "own",
  text: noOptions,
  isGiven: false,
  isRewritten: false,
  writesStates: false,
  isForProbes: false,
  keepsAnswers: true,
  isOwnUntilError: true,
  create: () => policy,
});

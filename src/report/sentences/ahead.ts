/** In what a row is ahead of others: one thing for all of them, or several. */
export type Claim = "further" | "within" | "turns";

/** What stands between the row ahead and those behind it. */
export const aheadOf: Readonly<Record<Claim | "mixed", string>> = {
  further: "goes further than",
  within: "is ahead, within the turns that both had, of",
  turns: "is right more often than",
  mixed: "is ahead of",
};

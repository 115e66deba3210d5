/** What a parameter may be. `share`: 0 to 1; `amount`: 0 or more; `count`: whole, 0 or more; `turn`: whole, 1 or more. */
export type Range = "share" | "number" | "amount" | "count" | "turn" | "switch";

export interface Parameter {
  readonly standard: number;
  readonly range: Range;
  /** In a line, as the help says it. */
  readonly meaning: string;
}

/**
 * Every parameter but the tasks' own rates. All that say "log-odds" act on the chance that one step is right; at its
 * standard value an effect is not there, and the errors are those of a script without it.
 */
export const parameters = {
  p: share("chance that one step (one key) is right, while nothing else is set", 0.99),
  drift: number("log-odds added with every turn; negative: it slips more and more"),
  conditioning: number("log-odds taken times the share of wrong answers in the history"),
  visibleLoss: number("log-odds taken for every earlier turn that the conversation shows"),
  recapGain: number("log-odds added where the question tells the state (histories recap and fresh)"),
  keyLoss: number("log-odds taken for every key of the turn beyond the first, besides p^keys"),
  valueLoss: number("log-odds taken for every digit of the turn's largest value beyond the first"),
  temperatureLoss: number("log-odds taken times the temperature"),
  thinkingGain: number("log-odds added where the run asks for thinking"),
  cotGain: number("log-odds added by reasoning in words (prompts cot and verify)"),
  checkGain: number("log-odds added by checking first (prompt verify), besides cot-gain"),
  change: number("log-odds added from the turn change-turn on"),
  changeTurn: { standard: 1, range: "turn", meaning: "the turn, from 1, at which the hazard changes" },
  frailty: amount("spread of skill: standard deviation of a shift of the log-odds per rollout"),
  dictionaryEffect: amount("the same per dictionary: rollouts with the same one share the shift"),
  freeFirst: { standard: 0, range: "switch", meaning: "1: the first turn is always right" },
  otherKey: share("share of slips that take another key's value"),
  forgetTotal: share("share of slips that give the turn's values without the total"),
  repeatAnswer: share("share of slips that give the last answer again"),
  dropKey: share("share of slips that leave a key out; other slips mean nothing, off by 1 to 20"),
  afterSlipRepeat: share("chance that a rollout repeats its last answer for ever after its first slip"),
  shared: share("share of turns whose chance is drawn for all scripts of one shared-seed together"),
  sharedSeed: count("seed of what is drawn together", 1),
  format: share("chance that an answer keeps no format, shared equally by the failures there are"),
  form: share("the same, but never where a grammar holds"),
  cotTokens: count("tokens of reasoning in words before each answer (prompts cot and verify)"),
  think: count("tokens of reasoning before each answer; 0: none"),
  unclosed: share("chance that reasoning is never closed"),
  cutFull: share("chance per turn that this rollout ends there: its context is full"),
  cutError: share("chance per turn that this rollout ends there: the engine fails"),
  cutSkill: number("ties both to skill: times exp(-cut-skill x the rollout's shift by frailty)"),
  gap: amount("log-odds by which a token is likelier than the next (--confidence top2)", 5),
  gapSpread: amount("spread of it: its standard deviation over turns", 1),
  gapTrend: number("added to it with every turn"),
  slipGap: amount("taken off it where the answer is wrong"),
  doubt: amount("taken off it in the turns before a slip"),
  doubtTurns: count("how many those are", 3),
  tie: share("share of slips that are near ties"),
  bits: amount(
    "bits a weight that it says it has; simulated models that say so are taken for one in several quantizations",
  ),
  parameters: count("parameters that it says it has"),
  seed: count("seed of the errors, drawn anew for each seed of a run (--seed)", 1),
  prefillMs: amount("simulated time of one prefill token", 0.5),
  decodeMs: amount("simulated time of one decode step of all conversations", 10),
  depthMs: amount("added to a decode step per 1,000 tokens in the cache", 0.5),
  delayMs: amount("real time that every wave takes; 0: as fast as it can"),
  context: count("the context length; 0: unlimited"),
} satisfies Readonly<Record<string, Parameter>>;

/** "changeTurn" as it is written in `scripted:change-turn=5`. */
export function parameterName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What a task's own rate is called. */
export function rateName(task: string): string {
  return `p-${task}`;
}

/** Every parameter in a line, with its standard value and its meaning. @param tasks those that can have their own rate */
export function scriptHelp(tasks: readonly string[]): string {
  const lines = Object.entries<Parameter>(parameters).map(([field, { standard, meaning }]) => [
    `${parameterName(field)}=${standard}`,
    meaning,
  ]);
  const rates = [`p-TASK=p`, `p in one task: ${tasks.map(rateName).join(", ")}`];
  return [...lines.slice(0, 1), rates, ...lines.slice(1)]
    .map(([name = "", meaning = ""]) => `  ${name.padEnd(22)}${meaning}`)
    .join("\n");
}

function share(meaning: string, standard = 0): Parameter {
  return { standard, range: "share", meaning };
}

function number(meaning: string): Parameter {
  return { standard: 0, range: "number", meaning };
}

function amount(meaning: string, standard = 0): Parameter {
  return { standard, range: "amount", meaning };
}

function count(meaning: string, standard = 0): Parameter {
  return { standard, range: "count", meaning };
}

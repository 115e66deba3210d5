import { speedOf, type Speeds } from "./tune-choice.ts";
import type { Measurement } from "./tune-counts.ts";

/** What is known of a model's speed by conversations at a time; `at`: when, where it was measured for an earlier run. */
export type Finding =
  | { readonly measurement: Measurement; readonly at: string | null }
  | { readonly notMeasured: NotMeasured };

/** `noTime`: not even one number could be tried for its share of the run's time; `busy`: other processes took the cores. */
export type NotMeasured = "short" | "few" | "planned" | "noTime" | "busy" | "failed";

/** Why a model plays with so many conversations at a time, in words that stand in the plan and in the run's row. */
export function becauseOf(
  finding: Finding,
  { parallel, isForAll }: { readonly parallel: number; readonly isForAll: boolean },
): string {
  if ("notMeasured" in finding) return `${reasons[finding.notMeasured]}${isForAll ? forAll : ""}`;
  const { measurement, at } = finding;
  const { tried, depth, ended } = measurement;
  const speed = tried.some((one) => one.parallel === parallel)
    ? comparison(tried, parallel)
    : listOf(tried, "measured only with");
  const cut = ended === "budget" ? ", more would have cost too much of the run's time" : "";
  const when = at === null ? "" : `; measured on ${at.slice(0, 10)}, --retune measures anew`;
  return `${speed}, at ${depth} tokens${cut}${isForAll ? forAll : ""}${when}`;
}

/** What a terminal shows while it is found out. */
export function whileMeasuring(tried: Speeds): string {
  return `conversations at a time: ${tried.length === 0 ? "measuring" : listOf(tried, "")}`.trim();
}

/** Why a run goes on with a number that was not measured. */
export function measuringFailed(parallel: number, why: string): string {
  return `how many conversations at a time are fastest could not be measured (${why}): ${parallel}, as without measuring`;
}

const forAll = "; the same number for all models";

const reasons = {
  short: "a short run: not measured how many are fastest",
  few: "few conversations: not measured how many are fastest",
  planned: "how many are fastest will be measured first",
  noTime: "how many are fastest could not be measured in a small part of the run's time",
  busy: "other programs took the processor while it was measured how many are fastest",
  failed: "how many are fastest could not be measured",
} as const;

/** "412 tokens/s against 280 with 4 (16: 420, less than 10 % more)" */
function comparison(tried: Speeds, parallel: number): string {
  const speed = speedOf(tried, parallel);
  const smaller = tried.filter((one) => one.parallel < parallel).at(-1);
  const larger = fastestOf(tried.filter((one) => one.parallel > parallel));
  const against =
    smaller === undefined ? "" : ` against ${rate(smaller.tokensPerSecond)} with ${smaller.parallel}`;
  const note =
    larger === null
      ? ""
      : ` (${larger.parallel}: ${rate(larger.tokensPerSecond)}${larger.tokensPerSecond > speed ? ", less than 10 % more" : ""})`;
  return `${rate(speed)} tokens/s${against}${note}`;
}

function listOf(tried: Speeds, before: string): string {
  const parts = tried.map(
    ({ parallel, tokensPerSecond }) => `${parallel} (${rate(tokensPerSecond)} tokens/s)`,
  );
  return parts.length === 0 ? "not measured" : `${before} ${parts.join(", ")}`.trim();
}

function fastestOf(tried: Speeds): Speeds[number] | null {
  return tried.reduce<Speeds[number] | null>(
    (best, one) => (best === null || one.tokensPerSecond > best.tokensPerSecond ? one : best),
    null,
  );
}

function rate(tokensPerSecond: number): string {
  return tokensPerSecond >= 100 ? tokensPerSecond.toFixed(0) : tokensPerSecond.toPrecision(2);
}

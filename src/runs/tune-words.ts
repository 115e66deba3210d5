import { speedOf, type Speeds, worthwhile } from "./tune-choice.ts";
import type { Measurement } from "./tune-counts.ts";

/** What is known of a model's speed by conversations at a time. */
export type Finding = Known | { readonly notMeasured: NotMeasured } | { readonly likeArms: number };

/** `at`: when, where it was measured for an earlier run; `isDisturbed`: whether other processes had cores meanwhile. */
interface Known {
  readonly measurement: Measurement;
  readonly at: string | null;
  readonly isDisturbed: boolean;
}

/** `noTime`: not even one number could be tried for its share of the run's time; `busy`: other processes took the cores. */
export type NotMeasured = "short" | "few" | "planned" | "noTime" | "busy" | "failed";

/** How many conversations at a time are possible, and what sets that limit; `unknown`: what memory more would take. */
export interface Room {
  readonly most: number;
  readonly limit: "rollouts" | "memory" | "unknown";
}

/** A number of conversations at a time, for one model or for several. */
export interface Choice extends Room {
  readonly parallel: number;
  readonly isForAll: boolean;
}

/** Why a model plays with so many conversations at a time, in words that stand in the plan and in the run's row. */
export function becauseOf(finding: Finding, choice: Choice): string {
  const all = choice.isForAll ? forAll : "";
  if ("notMeasured" in finding) return `${reasons[finding.notMeasured]}${all}`;
  if ("likeArms" in finding) return likeArms(finding.likeArms, choice);
  const { measurement, at, isDisturbed } = finding;
  const { tried, depth, ended } = measurement;
  const isTried = tried.some(({ parallel }) => parallel === choice.parallel);
  const speed = isTried ? comparison(tried, choice) : withoutSpeed(tried, choice);
  const cut = ended === "budget" ? ", more would have cost too much of the run's time" : "";
  const disturbed = isDisturbed ? "; other programs had cores meanwhile, so the next run measures anew" : "";
  const when = at === null ? "" : `; measured on ${at.slice(0, 10)}, --retune measures anew`;
  return `${speed}, at ${depth} tokens${cut}${all}${disturbed}${when}`;
}

/** What a terminal shows while it is found out. */
export function whileMeasuring(tried: Speeds): string {
  return `conversations at a time: ${tried.length === 0 ? "measuring" : listOf(tried)}`;
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

function likeArms(wanted: number, choice: Choice): string {
  return choice.parallel === wanted
    ? "as the other arms of this suite"
    : `the other arms of this suite play ${wanted}, but ${limitOf(choice)}`;
}

/** "412 tokens/s against 280 with 4 (16: 420, less than 10 % more)" */
function comparison(tried: Speeds, choice: Choice): string {
  const { parallel } = choice;
  const speed = speedOf(tried, parallel);
  const smaller = tried.filter((one) => one.parallel < parallel).at(-1);
  const larger = fastestOf(tried.filter((one) => one.parallel > parallel));
  const against =
    smaller === undefined ? "" : ` against ${rate(smaller.tokensPerSecond)} with ${smaller.parallel}`;
  const note =
    larger === null
      ? ""
      : ` (${larger.parallel}: ${rate(larger.tokensPerSecond)}${whyNot(larger, speed, choice)})`;
  return `${rate(speed)} tokens/s${against}${note}`;
}

/** Why a larger number is not taken, though it was faster; nothing where it was not. */
function whyNot(larger: Speeds[number], speed: number, choice: Choice): string {
  if (larger.tokensPerSecond <= speed) return "";
  if (larger.tokensPerSecond < worthwhile * speed) return ", less than 10 % more";
  return isLimited(larger.parallel, choice)
    ? `, but ${limitOf(choice)}`
    : ", but the number is chosen for all models together";
}

/** The number was not tried: no more are possible now, or measuring ended while more were faster still. */
function withoutSpeed(tried: Speeds, choice: Choice): string {
  if (tried.length === 0) return "not measured";
  const why = isLimited(tried.at(-1)?.parallel ?? 0, choice) ? limitOf(choice) : "the usual number";
  return `${why}; measured only with ${listOf(tried)}`;
}

function isLimited(wanted: number, { parallel, most }: Choice): boolean {
  return parallel === most && wanted > most;
}

function limitOf({ most, limit, isForAll }: Choice): string {
  if (limit === "rollouts") return `the run has only ${most} rollouts`;
  if (limit === "unknown") return `what more than ${most} take is not known`;
  return `memory holds only ${most}${isForAll ? " of every model" : ""}`;
}

function listOf(tried: Speeds): string {
  return tried
    .map(({ parallel, tokensPerSecond }) => `${parallel} (${rate(tokensPerSecond)} tokens/s)`)
    .join(", ");
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

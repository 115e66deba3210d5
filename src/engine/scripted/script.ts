import { UsageError } from "../../errors.ts";

/** A simulated model with known truth. Every number is a parameter of `--engine scripted:name=value,...`. */
export interface Script {
  /** Chance that one step (one key) is right, while nothing else is set. */
  readonly p: number;
  /** Added to the log-odds of a step with every turn: negative makes it slip more and more. */
  readonly drift: number;
  /** Taken from the log-odds of a step times the share of wrong answers in the history. */
  readonly conditioning: number;
  /** Chance that an answer keeps no format, shared equally by the failures there are. */
  readonly format: number;
  /** Tokens of reasoning before each answer; 0: none. */
  readonly think: number;
  /** Chance that reasoning is never closed. */
  readonly unclosed: number;
  /** Seed of the errors; the instances have the run's seed. */
  readonly seed: number;
  /** Simulated time of one prefill token and of one decode step of all conversations. */
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** Added to a decode step per 1,000 tokens in the cache. */
  readonly depthMs: number;
  /** Real time that every wave takes; 0 runs as fast as it can. */
  readonly delayMs: number;
  /** The context length; 0 is unlimited. */
  readonly context: number;
}

const defaults: Script = {
  p: 0.99,
  drift: 0,
  conditioning: 0,
  format: 0,
  think: 0,
  unclosed: 0,
  seed: 1,
  prefillMs: 0.5,
  decodeMs: 10,
  depthMs: 0.5,
  delayMs: 0,
  context: 0,
};

const names: Readonly<Record<string, keyof Script>> = {
  p: "p",
  drift: "drift",
  conditioning: "conditioning",
  format: "format",
  think: "think",
  unclosed: "unclosed",
  seed: "seed",
  "prefill-ms": "prefillMs",
  "decode-ms": "decodeMs",
  "depth-ms": "depthMs",
  "delay-ms": "delayMs",
  context: "context",
};

/**
 * Reads "p=0.99,seed=7,...".
 *
 * @throws UsageError naming the parameter, its value and what is allowed
 */
export function parseScript(text: string): Script {
  const script: Record<keyof Script, number> = { ...defaults };
  for (const part of text.split(",").filter((piece) => piece !== "")) {
    const [name = "", value = ""] = part.split("=", 2);
    const field = names[name];
    if (field === undefined) {
      throw new UsageError(
        `--engine scripted: unknown parameter "${name}". Known: ${Object.keys(names).join(", ")}.`,
      );
    }
    const number = value.trim() === "" ? Number.NaN : Number(value);
    if (!Number.isFinite(number) || !isAllowed(field, number)) {
      throw new UsageError(`--engine scripted: ${name}=${value} must be ${allowedRange(field)}.`);
    }
    script[field] = number;
  }
  return script;
}

const shares: readonly (keyof Script)[] = ["p", "format", "unclosed"];
const counts: readonly (keyof Script)[] = ["seed", "context", "think"];

function isAllowed(field: keyof Script, value: number): boolean {
  if (field === "drift" || field === "conditioning") return true;
  if (shares.includes(field)) return value >= 0 && value <= 1;
  if (counts.includes(field)) return Number.isSafeInteger(value) && value >= 0;
  return value >= 0;
}

function allowedRange(field: keyof Script): string {
  if (field === "drift" || field === "conditioning") return "a number";
  if (shares.includes(field)) return "between 0 and 1";
  return counts.includes(field) ? "a whole number, 0 or more" : "a number, 0 or more";
}

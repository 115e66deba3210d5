import { UsageError } from "../../errors.ts";
import { type Parameter, parameterName, parameters, rateName } from "./parameters.ts";

/**
 * A simulated model with known truth: the effects planted in it, each a parameter of `--engine scripted:name=value,...`
 * (what each means stands in parameters.ts and in `longhaul run --help`):
 *
 * - the chance of a step: `p`, `p-TASK`;
 * - moved over the turns: `drift`, `change` from `change-turn` on, `free-first`;
 * - by what the conversation shows: `conditioning`, `visible-loss`, `recap-gain`;
 * - by how it is asked: `key-loss`, `value-loss`, `temperature-loss`, `thinking-gain`, `cot-gain`, `check-gain`;
 * - unlike between rollouts and dictionaries: `frailty`, `dictionary-effect`;
 * - how an answer is wrong: `other-key`, `forget-total`, `repeat-answer`, `drop-key`, else by an amount without meaning;
 *   `after-slip-repeat`;
 * - its form: `format`, `form`, `cot-tokens`, `think`, `unclosed`;
 * - how sure it is: `gap`, `gap-spread`, `gap-trend`, `slip-gap`, `doubt` for `doubt-turns`, `tie`;
 * - single rollouts cut: `cut-full`, `cut-error`, both tied to skill by `cut-skill`;
 * - what it says of itself: `bits`, `parameters`;
 * - what is drawn from: `seed`, and `shared` from `shared-seed`, both with the seed of the run;
 * - times and room: `prefill-ms`, `decode-ms`, `depth-ms`, `delay-ms`, `context`.
 */
export type Script = Readonly<Record<keyof typeof parameters, number>> & {
  /** The rates of tasks that have their own. */
  readonly taskRates: Readonly<Partial<Record<string, number>>>;
  /** What the streams of its own draws begin with, and those of draws that it shares with other scripts. */
  readonly stream: string;
  readonly sharedStream: string;
};

/**
 * Reads "p=0.99,seed=7,...".
 *
 * @param runSeed of the run: other instances are answered by other draws, or pooling seeds would count the same errors again
 * @param tasks the names of those that can have their own rate
 * @throws UsageError naming the parameter, its value and what is allowed
 */
export function parseScript(text: string, runSeed = 1, tasks: readonly string[] = []): Script {
  const given: Partial<Record<keyof typeof parameters, number>> = {};
  const taskRates: Partial<Record<string, number>> = {};
  const names = new Set<string>();
  for (const part of text.split(",").filter((piece) => piece !== "")) {
    const [name = "", value = ""] = part.split("=", 2);
    const task = tasks.find((one) => name === rateName(one));
    if (names.has(name))
      throw new UsageError(`--engine scripted: "${name}" stands there twice. Give it once.`);
    names.add(name);
    const field = fields.find((one) => name === parameterName(one));
    if (task !== undefined) taskRates[task] = readNumber(name, value, parameters.p);
    else if (field !== undefined) given[field] = readNumber(name, value, parameters[field]);
    else throw unknownParameter(name, tasks);
  }
  const numbers = { ...standards, ...given };
  const stream = streamOf(numbers.seed, runSeed);
  const sharedStream = streamOf(numbers.sharedSeed, runSeed);
  const script = { ...numbers, taskRates, stream, sharedStream };
  refuseTogetherOverOne(script, ["otherKey", "forgetTotal", "repeatAnswer", "dropKey"]);
  refuseTogetherOverOne(script, ["cutFull", "cutError"]);
  return script;
}

/** Seed 1 leaves no trace, so that what was drawn before runs had a part in it is drawn again. */
function streamOf(seed: number, runSeed: number): string {
  return runSeed === 1 ? String(seed) : `${seed}/run ${runSeed}`;
}

const fields = Object.keys(parameters) as (keyof typeof parameters)[];
const standards = Object.fromEntries(fields.map((field) => [field, parameters[field].standard])) as Record<
  keyof typeof parameters,
  number
>;

const ranges: Readonly<Record<Parameter["range"], { holds(value: number): boolean; allowed: string }>> = {
  share: { holds: (value) => value >= 0 && value <= 1, allowed: "between 0 and 1" },
  number: { holds: () => true, allowed: "a number" },
  amount: { holds: (value) => value >= 0, allowed: "a number, 0 or more" },
  count: {
    holds: (value) => Number.isSafeInteger(value) && value >= 0,
    allowed: "a whole number, 0 or more",
  },
  turn: { holds: (value) => Number.isSafeInteger(value) && value >= 1, allowed: "a whole number, 1 or more" },
  switch: { holds: (value) => value === 0 || value === 1, allowed: "0 or 1" },
};

function unknownParameter(name: string, tasks: readonly string[]): UsageError {
  const known = [...fields.map(parameterName), ...tasks.map(rateName)];
  return new UsageError(`--engine scripted: unknown parameter "${name}". Known: ${known.join(", ")}.`);
}

function readNumber(name: string, text: string, parameter: Parameter): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const range = ranges[parameter.range];
  if (Number.isFinite(value) && range.holds(value)) return value;
  throw new UsageError(`--engine scripted: ${name}=${text} must be ${range.allowed}.`);
}

function refuseTogetherOverOne(script: Script, together: readonly (keyof typeof parameters)[]): void {
  // A sum of shares may miss 1 by what binary fractions do.
  if (together.reduce((sum, field) => sum + script[field], 0) <= 1 + 1e-9) return;
  const given = together.filter((field) => script[field] > 0);
  throw new UsageError(
    `--engine scripted: ${given.map((field) => `${parameterName(field)}=${script[field]}`).join(" and ")} must together be at most 1.`,
  );
}

import { createHash } from "node:crypto";
import { Random } from "../random.ts";
import type { Entry, Instance, InstanceTurn, Task, TaskSettings } from "./task.ts";
import { words } from "./words.ts";

/**
 * The instance of one rollout. The same task settings, seed and rollout index give the same instance on every
 * platform and for every model. Streams: "dictionary" (per rollout, or one shared) and "keys" (per rollout).
 */
export function createInstance(task: Task, settings: TaskSettings, seed: number, rollout: number): Instance {
  const scope = settings.sharedDictionary ? "shared" : rollout;
  const dictionary = drawDictionary(new Random(seed, "dictionary", scope), settings);
  const values = new Map(dictionary.map(({ key, value }) => [key, value]));
  const keys = dictionary.map(({ key }) => key);
  const random = new Random(seed, "keys", rollout);
  const turns: InstanceTurn[] = [];
  let total = 0;
  for (let turn = 0; turn < settings.turns; turn++) {
    const drawn = Array.from({ length: settings.keysPerTurn }, () => random.pick(keys));
    const value = drawn.reduce((sum, key) => sum + (values.get(key) ?? 0), 0);
    total = task.stateful ? total + value : value;
    turns.push({ keys: drawn, value, truth: total });
  }
  return { dictionary, turns };
}

/** The instance of a rollout: of those given (a data set's), else {@link createInstance}. @throws RangeError beyond them */
export function givenOrDrawn(
  given: readonly Instance[] | null,
  task: Task,
  settings: TaskSettings,
  seed: number,
  rollout: number,
): Instance {
  if (given === null) return createInstance(task, settings, seed, rollout);
  const instance = given[rollout];
  if (instance === undefined) throw new RangeError(`no instance is given for rollout ${rollout}`);
  return instance;
}

/** SHA-256 over the instances as JSON, in rollout order: what a run asked, whoever answered. */
export function hashInstances(instances: readonly Instance[]): string {
  return createHash("sha256").update(JSON.stringify(instances)).digest("hex");
}

function drawDictionary(random: Random, settings: TaskSettings): Entry[] {
  const keys = random.sample(words, settings.dictionarySize);
  const values =
    settings.values === "free"
      ? keys.map(() => drawValue(random, settings.valueMax))
      : drawZeroSum(random, keys.length, settings.valueMax);
  return keys.map((key, index) => ({ key, value: values[index] ?? 0 }));
}

function drawValue(random: Random, valueMax: number): number {
  const magnitude = 1 + random.below(valueMax);
  return random.below(2) === 0 ? magnitude : -magnitude;
}

/** Rejected draws before magnitudes may repeat; one in four succeeds at the default size, fewer near valueMax. */
const distinctAttempts = 20_000;

/**
 * `count` non-zero values that sum to exactly 0: all but the last are drawn, the last is what is missing, and
 * the whole draw is repeated until that lies in the range. Magnitudes differ where the range allows, so that no
 * value is another one's negation and a sign slip can be told from a look-up slip.
 */
function drawZeroSum(random: Random, count: number, valueMax: number): number[] {
  const magnitudes = Array.from({ length: valueMax }, (_, index) => index + 1);
  const canDiffer = count > 2 && count <= valueMax;
  for (let attempt = 0; ; attempt++) {
    const distinct = canDiffer && attempt < distinctAttempts;
    const values = distinct
      ? random
          .sample(magnitudes, count - 1)
          .map((magnitude) => (random.below(2) === 0 ? magnitude : -magnitude))
      : Array.from({ length: count - 1 }, () => drawValue(random, valueMax));
    const last = -values.reduce((sum, value) => sum + value, 0);
    const repeats = distinct && values.some((value) => Math.abs(value) === Math.abs(last));
    if (last !== 0 && Math.abs(last) <= valueMax && !repeats) return random.sample([...values, last], count);
  }
}

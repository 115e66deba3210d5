import { sha256Of } from "../sha256.ts";
import { Random } from "../random.ts";
import type { Entry, Instance, InstanceTurn, Task, TaskSettings } from "./task.ts";

/**
 * The instance of one rollout. The same task settings, seed and rollout index give the same instance on every
 * platform and for every model. Streams: "dictionary" (per rollout, or one shared), "keys" and "start" (per rollout).
 */
export function createInstance(task: Task, settings: TaskSettings, seed: number, rollout: number): Instance {
  const scope = settings.sharedDictionary ? "shared" : rollout;
  const dictionary = task.drawDictionary(new Random(seed, "dictionary", scope), settings);
  const keys = dictionary.map(({ key }) => key);
  const random = new Random(seed, "keys", rollout);
  const start =
    settings.start === "random" && task.stateful
      ? task.drawStart(new Random(seed, "start", rollout), settings)
      : task.neutral;
  const valueOf = valuesOf(task, dictionary);
  const turns: InstanceTurn[] = [];
  let state = start;
  for (let turn = 0; turn < settings.turns; turn++) {
    const drawn = task.drawKeys(random, keys, settings);
    const value = drawn.reduce((total, key) => task.combine(total, valueOf(key)), task.neutral);
    state = task.stateful ? task.combine(state, value) : value;
    turns.push({ keys: drawn, value, truth: state });
  }
  return start === task.neutral ? { dictionary, turns } : { dictionary, turns, start };
}

/** What each key is worth, by the dictionary or by itself. */
export function valuesOf(task: Task, dictionary: readonly Entry[]): (key: string) => number {
  const values = new Map(dictionary.map(({ key, value }) => [key, value]));
  return task.usesDictionary ? (key) => values.get(key) ?? task.neutral : (key) => task.valueOf(key);
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
  return sha256Of(JSON.stringify(instances));
}

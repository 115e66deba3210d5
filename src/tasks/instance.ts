import { createHash } from "node:crypto";
import { Random } from "../random.ts";
import { withBurnIn } from "./burn-in.ts";
import { follow } from "./values.ts";
import type { Instance, Task, TaskSettings } from "./task.ts";

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
  const asked = Array.from({ length: settings.turns }, () => task.drawKeys(random, keys, settings));
  const turns = follow(task, dictionary, asked, start);
  return start === task.neutral ? { dictionary, turns } : { dictionary, turns, start };
}

/**
 * The instance of a rollout: of those given (a data set's), else {@link createInstance}; behind its burn-in, if it has one.
 *
 * @throws RangeError beyond those given
 */
export function givenOrDrawn(
  given: readonly Instance[] | null,
  task: Task,
  settings: TaskSettings,
  seed: number,
  rollout: number,
): Instance {
  const instance = given === null ? createInstance(task, settings, seed, rollout) : given[rollout];
  if (instance === undefined) throw new RangeError(`no instance is given for rollout ${rollout}`);
  return withBurnIn(task, settings, instance, seed, rollout);
}

/** SHA-256 over the instances as a JSON array, in rollout order: what a run asked, whoever answered. */
export function hashInstances(instances: Iterable<Instance>): string {
  const hash = createHash("sha256").update("[");
  let separator = "";
  // One at a time: a study of 100,000 rollouts would hold half a gigabyte of them at once.
  for (const instance of instances) {
    hash.update(`${separator}${JSON.stringify(instance)}`);
    separator = ",";
  }
  return hash.update("]").digest("hex");
}

/** The instances of a run's first rollouts, each made when it is asked for. */
export function* instancesOf(count: number, instance: (rollout: number) => Instance): Generator<Instance> {
  for (let rollout = 0; rollout < count; rollout++) yield instance(rollout);
}

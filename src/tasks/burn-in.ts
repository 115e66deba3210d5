import { Random } from "../random.ts";
import { follow } from "./values.ts";
import type { Instance, Task, TaskSettings } from "./task.ts";

/**
 * An instance behind so many turns that a conversation shows answered rightly before it begins: drawn from a stream of
 * their own, so that the turns that are asked stay what they are; the totals go on from where those end.
 */
export function withBurnIn(
  task: Task,
  settings: TaskSettings,
  instance: Instance,
  seed: number,
  rollout: number,
): Instance {
  const { burnIn } = settings;
  if (burnIn === 0) return instance;
  const { dictionary, start = task.neutral } = instance;
  const keys = dictionary.map(({ key }) => key);
  const random = new Random(seed, "burn-in", rollout);
  const asked = Array.from({ length: burnIn }, () => task.drawKeys(random, keys, settings));
  const before = follow(task, dictionary, asked, start);
  const state = task.stateful ? (before.at(-1)?.truth ?? start) : start;
  const turns = follow(
    task,
    dictionary,
    instance.turns.map((turn) => turn.keys),
    state,
  );
  return { dictionary, turns, start: state, before: { start, turns: before } };
}

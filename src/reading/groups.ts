import { identityOf, instancesOf, requestOf, type SpeedSetting, speedOf } from "./identity.ts";
import { type Choice, newestFirst } from "./choose.ts";
import { type Parts, readRunRows, type RunRows } from "./rows.ts";
import type { ChosenRun } from "./source.ts";
import { fullest, type LeftOut } from "./repeats.ts";

/** One model under one setting: a sample of rollouts, each instance once, of one run or of several with other seeds. */
export interface ReadGroup {
  /** Runs whose rollouts count, with these alone, the one that was meant to go furthest first; one at least. */
  readonly rows: readonly RunRows[];
  /** Rollouts that repeat an instance, by run. */
  readonly leftOut: readonly LeftOut[];
  /** All runs, with all that they took their time for, by how their speed was had. */
  readonly speeds: readonly ReadSpeed[];
  /** What became of this model's newest run under this setting, if that failed; null: it did not. */
  readonly failed: { readonly id: string; readonly error: string | null } | null;
}

/** Runs of a group whose speeds can be put together. */
export interface ReadSpeed {
  readonly setting: SpeedSetting;
  readonly rows: readonly RunRows[];
}

/**
 * Puts runs together that are one model (by its SHA-256, or by its parameters where it is simulated) under one setting.
 * The order of runs, rollouts and groups comes from the data, never from that of the arguments.
 */
export function readGroups(choice: Choice, parts: Parts): ReadGroup[] {
  const runs = choice.runs.toSorted(newestFirst).toReversed();
  const samples = [...grouped(runs, ({ run }) => identityOf(run)).values()];
  return samples.flatMap((members) => {
    const read = members.map((one) => ({ one, rows: readRunRows(one, parts) }));
    return separated(read, choice.byNumber).map((own) => groupOf(own, choice));
  });
}

interface Read {
  readonly one: ChosenRun;
  readonly rows: RunRows;
}

function groupOf(members: readonly Read[], { all }: Choice): ReadGroup {
  const { kept, leftOut } = fullest(members.map(({ rows }) => rows));
  const counting = kept.filter(({ tracks }) => tracks.length > 0);
  const timed = members.filter(({ rows }) => rows.batches.length > 0);
  const speeds = grouped(timed.length > 0 ? timed : members, ({ rows }) => JSON.stringify(speedOf(rows.run)));
  const [{ one: first }] = members as [Read];
  const request = requestOf(first.run);
  const [newest] = all
    .filter(({ run }) => run.status !== "running" && run.suite === first.run.suite)
    .filter(({ run }) => requestOf(run) === request)
    .toSorted(newestFirst);
  return {
    rows: (counting.length > 0 ? counting : kept.slice(-1)).toSorted(furthestFirst),
    leftOut,
    speeds: [...speeds.values()].map((own) => ({
      setting: speedOf((own[0] as Read).rows.run),
      rows: own.map(({ rows }) => rows),
    })),
    failed: newest?.run.status === "failed" ? { id: newest.id, error: newest.run.error } : null,
  };
}

/**
 * Runs that the user named by their numbers stay apart where they played the same instances: that is what they are to be
 * compared in. Every other run goes with the first of them whose speed was had alike and that it does not repeat.
 */
function separated(members: readonly Read[], byNumber: ReadonlySet<ChosenRun>): Read[][] {
  const parts: Read[][] = [];
  for (const member of members) {
    const isNumbered = byNumber.has(member.one);
    const free = parts.filter(
      (part) => !isNumbered || !part.some((other) => byNumber.has(other.one) && isRepeat(other, member)),
    );
    const speed = JSON.stringify(speedOf(member.rows.run));
    const alike = free.find((part) => part.some(({ rows }) => JSON.stringify(speedOf(rows.run)) === speed));
    const place = alike ?? free[0];
    if (place === undefined) parts.push([member]);
    else place.push(member);
  }
  return parts;
}

function isRepeat({ rows: left }: Read, { rows: right }: Read): boolean {
  const [leftOf, rightOf] = [instancesOf(left.run), instancesOf(right.run)];
  const mine = new Set(left.tracks.map(({ rollout }) => leftOf(rollout)));
  return right.tracks.some(({ rollout }) => mine.has(rightOf(rollout)));
}

/** By the turns that were planned, then the rollouts; equal ones stay in the order of their age. */
function furthestFirst(left: RunRows, right: RunRows): number {
  const [one, other] = [left.run.settings, right.run.settings];
  return other.turns - one.turns || other.rollouts - one.rollouts;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

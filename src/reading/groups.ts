import { identityOf, instancesOf, requestOf, type SpeedSetting, speedOf } from "./identity.ts";
import { type Choice, newestFirst } from "./choose.ts";
import { type Parts, readRunRows, type RunRows } from "./rows.ts";
import type { ChosenRun } from "./source.ts";
import { fullest, type LeftOut } from "./repeats.ts";

/** One model under one setting: a sample of rollouts, each instance once, of one run or of several with other seeds. */
export interface ReadGroup {
  /** Runs whose rollouts count, with these alone, the one with most turns first; one at least. */
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

function groupOf(members: readonly Read[], { all, byNumber }: Choice): ReadGroup {
  const { kept, leftOut } = fullest(members.map(({ rows }) => rows));
  const counting = kept.filter(({ tracks }) => tracks.length > 0);
  const timed = members.filter(({ rows }) => rows.batches.length > 0);
  const speeds = grouped(timed.length > 0 ? timed : members, ({ rows }) => JSON.stringify(speedOf(rows.run)));
  const [{ one: first }] = members as [Read];
  const request = requestOf(first.run);
  // Of runs that were named by their numbers each row stands for its own.
  const named = members.map(({ one }) => one);
  const [newest] = (named.some((one) => byNumber.has(one)) ? named : all)
    .filter(({ run }) => run.suite === first.run.suite && requestOf(run) === request)
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
 * Runs that the user named by their numbers stay apart from whatever repeats them: that is what they are to be compared
 * with. Every other run goes with those whose speed was had alike, into each of them: instances that only one of two
 * builds played would make their rows unlike.
 */
function separated(members: readonly Read[], byNumber: ReadonlySet<ChosenRun>): Read[][] {
  const staysApart = (one: Read, other: Read): boolean =>
    (byNumber.has(one.one) || byNumber.has(other.one)) && isRepeat(one, other);
  const parts: Read[][] = [];
  for (const member of members) {
    const free = parts.filter((part) => !part.some((other) => staysApart(other, member)));
    const place = free.find((part) => part.some((other) => isAlikeInSpeed(other, member))) ?? free[0];
    if (place === undefined) parts.push([member]);
    else place.push(member);
  }
  return parts.map((part) => [
    ...part,
    ...members.filter(
      (member) =>
        !part.includes(member) &&
        part.some((other) => isAlikeInSpeed(other, member)) &&
        !part.some((other) => isRepeat(other, member)),
    ),
  ]);
}

function isAlikeInSpeed({ rows: left }: Read, { rows: right }: Read): boolean {
  return JSON.stringify(speedOf(left.run)) === JSON.stringify(speedOf(right.run));
}

/** A run without a rollout repeats all: it must not vanish in another one's row. */
function isRepeat({ rows: left }: Read, { rows: right }: Read): boolean {
  if (left.tracks.length === 0 || right.tracks.length === 0) return true;
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

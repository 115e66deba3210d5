import { groupBy } from "../group-by.ts";
import { partOf, studyOf } from "./study.ts";
import { identitiesOf, instancesOf, modelOf, requestOf, type SpeedSetting, speedOf } from "./identity.ts";
import { type Choice, newestFirst } from "./choose.ts";
import { type Parts, readRunRows, type RunRows } from "./rows.ts";
import { fullest, type LeftOut } from "./repeats.ts";

/** One model under one setting: a sample of rollouts, each instance once, of one run or of several with other seeds. */
export interface ReadGroup {
  /** Runs whose rollouts count, with these alone, the one with most turns first; one at least. */
  readonly rows: readonly RunRows[];
  /** Rollouts that repeat an instance, by run. */
  readonly leftOut: readonly LeftOut[];
  /** All runs with every rollout that they spent time on, apart by the settings that decide speed. */
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
  const identityOf = identitiesOf(runs.map(({ run }) => run));
  const isAlsoServed = servedBeside(runs);
  return [...groupBy(runs, ({ run }) => identityOf(run)).values()].flatMap((members) => {
    const read = members.map((one) =>
      readRunRows(one, isAlsoServed(one) ? new Set([...parts, ...besideServed]) : parts),
    );
    return separated(read, choice.byNumber).map((own) => groupOf(own, choice));
  });
}

/** What it takes to set answers side by side, one by one, where they were asked alike, and times by one clock. */
const besideServed = ["answers", "firstPrompts", "confidence", "underWay"] as const;

/** Of a model that stands here both as loaded in this process and behind a server. */
function servedBeside(runs: readonly Choice["runs"][number][]): (one: Choice["runs"][number]) => boolean {
  const served = new Set(runs.filter(({ run }) => run.server !== null).map(({ run }) => modelOf(run)));
  const here = new Set(runs.filter(({ run }) => run.server === null).map(({ run }) => modelOf(run)));
  return ({ run }) => served.has(modelOf(run)) && here.has(modelOf(run));
}

function groupOf(members: readonly RunRows[], { all, byNumber }: Choice): ReadGroup {
  const { kept, leftOut } = fullest(members);
  const counting = kept.filter(({ tracks }) => tracks.length > 0);
  // An engine may have no batches; a run that has no turns either took its time for nothing.
  const batched = members.filter(({ batches }) => batches.length > 0);
  const timed = batched.length > 0 ? batched : members.filter(({ tracks }) => tracks.some(hasTurns));
  const speeds = groupBy(timed.length > 0 ? timed : members, speedKeyOf);
  return {
    rows: furthestFirst(counting.length > 0 ? counting : kept.slice(-1)),
    leftOut,
    speeds: [...speeds.values()].map((rows) => ({ setting: speedOf((rows[0] as RunRows).run), rows })),
    // Of runs that were named by their numbers each row stands for its own.
    failed: failedOf(members, members.some(({ id }) => byNumber.has(id)) ? members : all),
  };
}

/** The newest of these candidates that is this model under this setting, if it failed. */
function failedOf(
  [first]: readonly RunRows[],
  candidates: readonly Pick<RunRows, "id" | "run">[],
): ReadGroup["failed"] {
  if (first === undefined) return null;
  const request = requestOf(first.run);
  const [newest] = candidates
    .filter(({ run }) => run.suite === first.run.suite && requestOf(run) === request)
    .toSorted(newestFirst);
  return newest?.run.status === "failed" ? { id: newest.id, error: newest.run.error } : null;
}

/**
 * Runs that the user named by their numbers stay apart from whatever repeats them: that is what they are to be compared
 * with. Every other run goes with those whose speed was had alike, into each of them: instances that only one of two
 * builds played would make their rows unlike.
 */
function separated(members: readonly RunRows[], byNumber: ReadonlySet<string>): RunRows[][] {
  const staysApart = (one: RunRows, other: RunRows): boolean =>
    (byNumber.has(one.id) || byNumber.has(other.id)) && isRepeat(one, other);
  const parts: RunRows[][] = [];
  for (const member of members) {
    const free = parts.filter((part) => !part.some((other) => staysApart(other, member)));
    const place =
      free.find((part) => part.some((other) => speedKeyOf(other) === speedKeyOf(member))) ?? free[0];
    if (place === undefined) parts.push([member]);
    else place.push(member);
  }
  return parts.map((part) => [
    ...part,
    ...members.filter(
      (member) =>
        !part.includes(member) &&
        part.some((other) => speedKeyOf(other) === speedKeyOf(member)) &&
        !part.some((other) => isRepeat(other, member)),
    ),
  ]);
}

function hasTurns({ letters }: RunRows["tracks"][number]): boolean {
  return letters.length > 0;
}

function speedKeyOf({ run }: RunRows): string {
  return JSON.stringify(speedOf(run));
}

/** A run without a rollout repeats all: it must not vanish in another one's row. */
function isRepeat(left: RunRows, right: RunRows): boolean {
  if (left.tracks.length === 0 || right.tracks.length === 0) return true;
  const [leftOf, rightOf] = [instancesOf(left.run), instancesOf(right.run)];
  const mine = new Set(left.tracks.map(({ rollout }) => leftOf(rollout)));
  return right.tracks.some(({ rollout }) => mine.has(rightOf(rollout)));
}

/**
 * By the turns that were planned, then the rollouts of their studies; equal studies stay in the order of their age, and the
 * shares of each stand as they would in one run of it, so that no sum comes out otherwise.
 */
function furthestFirst(rows: readonly RunRows[]): RunRows[] {
  const ages = new Map([...new Set(rows.map(({ run }) => studyOf(run)))].map((study, age) => [study, age]));
  const ageOf = ({ run }: RunRows): number => ages.get(studyOf(run)) ?? 0;
  return rows.toSorted((left, right) => {
    const [one, other] = [left.run.settings, right.run.settings];
    const between = other.turns - one.turns || other.rollouts - one.rollouts || ageOf(left) - ageOf(right);
    return between || partOf(left.run).first - partOf(right.run).first;
  });
}

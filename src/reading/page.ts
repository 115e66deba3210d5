import { type DepthSpeed, depthSpeeds } from "../store/depth-speeds.ts";
import type { RunRecord } from "../store/rows.ts";
import { chooseRuns, hasSingleRun } from "./choose.ts";
import { type ReadGroup, readGroups } from "./groups.ts";
import { decodeClockOf } from "./decode-clock.ts";
import { isMoved } from "./machine-kinds.ts";
import type { JudgedOtherwise } from "./judged.ts";
import type { Parts, RunRows } from "./rows.ts";
import { type ReadArm, readArms, suitesIn } from "./runs.ts";
import { runsOf, type Source } from "./source.ts";
import { type ReadTranscripts, readTranscripts } from "./transcripts.ts";

/** What a page of one file is made of. */
export interface ReadPage {
  /** The file as the user named it. */
  readonly path: string;
  readonly groups: readonly ReadGroup[];
  /** Beside `groups`: how fast turns were by depth, of the speed setting under which most were played. */
  readonly depths: readonly ReadDepths[];
  /** Single runs that are not shown and were asked otherwise. */
  readonly others: number;
  /** Those of them that another parser judged than the ones that are shown. */
  readonly judgedOtherwise: JudgedOtherwise | null;
  readonly suites: readonly { readonly name: string; readonly arms: readonly ReadArm[] }[];
  /** Every run that is shown, in the order of the page. */
  readonly shown: readonly RunRecord[];
  readonly transcripts: readonly ReadTranscripts[];
}

/** The first turn that a run has stored, and what was put to its model in it. */
export interface FirstAsked {
  readonly run: number;
  readonly label: string;
  readonly rollout: number;
  readonly turn: number;
  /** Whether an engine put the model's chat template around the messages. */
  readonly isTemplated: boolean;
  /** Null: they cannot be made again. */
  readonly messages: readonly { readonly role: string; readonly content: string }[] | null;
  /** Why not; null: they can. */
  readonly reason: string | null;
}

/** The turns of one speed setting of a group, by depth. */
export interface ReadDepths {
  /** The place of that setting among the group's. */
  readonly speed: number;
  readonly bins: readonly DepthSpeed[];
}

const depthsAtMost = 60;

/**
 * What the page shows of a file: the runs asked for, else the newest one and all that stand beside it; of suites the
 * newest of each name.
 *
 * @param suite the one suite that is shown, with no single runs; null: all of them, if no runs are asked for
 * @throws UsageError for runs that are not there
 */
export function readPage(source: Source, wanted: readonly string[], suite: string | null = null): ReadPage {
  const all = runsOf([source]);
  const suites = suite !== null ? [suite] : wanted.length > 0 ? [] : suitesIn([source]);
  const isSingle = suite === null && (wanted.length > 0 || hasSingleRun(source));
  const choice = isSingle ? chooseRuns([source], wanted) : null;
  const parts: Parts = new Set(["answers", "wrong", "depths"]);
  const groups = choice === null ? [] : readGroups(choice, parts);
  const chosen = choice?.runs ?? [];
  const judgedOtherwise = choice?.judgedOtherwise ?? null;
  const compared = new Set(chosen.map(({ id }) => id));
  const single = all.filter(({ run }) => run.suite === null);
  const shown = [
    ...chosen,
    ...all.filter(({ run, id }) => suites.includes(run.suite ?? "") && !compared.has(id)),
  ];
  const suiteArms = suites.map((name) => ({ name, arms: readArms([source], name) }));
  const armGroups = suiteArms.flatMap(({ arms }) => arms.map(({ group }) => group));
  return {
    path: source.path,
    groups,
    depths: groups.map((group) => depthsOf(group, source)),
    others:
      wanted.length > 0 || suite !== null ? 0 : single.length - chosen.length - (judgedOtherwise?.runs ?? 0),
    judgedOtherwise,
    suites: suiteArms,
    shown: shown.map(({ run }) => run),
    transcripts: readTranscripts(shown, timedRuns([...groups, ...armGroups])),
  };
}

/** Every run of these groups that took any time, with all of its rollouts, by what it is called. */
function timedRuns(groups: readonly ReadGroup[]): Map<string, RunRows> {
  const rows = groups.flatMap(({ speeds }) => speeds.flatMap((speed) => speed.rows));
  return new Map(rows.map((one) => [one.id, one]));
}

function depthsOf({ speeds }: ReadGroup, { database }: Source): ReadDepths {
  const sizes = speeds.map(({ rows }) => rows.reduce((sum, { ttftMs }) => sum + ttftMs.length, 0));
  const speed = sizes.indexOf(Math.max(...sizes));
  const runs = speeds[speed]?.rows.flatMap(({ run }) => (isMoved(run) ? [] : [run])) ?? [];
  const turns = Math.max(1, ...runs.map(({ settings }) => settings.turns));
  // Next tokens by the newest clock alone: they are not put together with those by the earlier one.
  const newest = runs.some((run) => decodeClockOf(run) === 2) ? 2 : 1;
  const ids = runs.filter((run) => decodeClockOf(run) === newest).map(({ id }) => id);
  return { speed, bins: depthSpeeds(database, ids, turns, depthsAtMost) };
}

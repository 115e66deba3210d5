import { timestamp } from "../../clock.ts";
import type { Database } from "../../store/database.ts";
import { depthSpeeds } from "../../store/depth-speeds.ts";
import { listRuns } from "../../store/queries.ts";
import type { RunRecord } from "../../store/rows.ts";
import { settingDifferences } from "../comparable.ts";
import { compareChosen } from "../compare/document.ts";
import type { CompareDocument } from "../compare/schema.ts";
import { slipLines } from "../compare/slip-lines.ts";
import { type ChosenRun, selectRuns } from "../compare/selection.ts";
import { tallyOutcomes } from "../rows.ts";
import { type RolloutTrack, rolloutTracks } from "../../store/tracks.ts";
import { notShownNote, simulatedNote } from "../sentences/page.ts";
import { buildSuiteDocument } from "../suite/document.ts";
import { outcomeClasses } from "../words.ts";
import { cautionsOf } from "./cautions.ts";
import { beatenBy } from "./beaten.ts";
import { quantizationFamilies } from "./families.ts";
import { provenanceOf } from "./provenance.ts";
import type { CurvePoint, GroupDetail, OutcomeBin, PageDocument } from "./schema.ts";
import { standingOf } from "./standing.ts";
import { sampleTranscripts } from "./transcripts.ts";

export interface PageRequest {
  readonly wanted: readonly string[];
  readonly title: string | null;
  readonly version: string;
  /** Whether runs that were asked different things are compared all the same. */
  readonly isAcross: boolean;
}

const pointsAtMost = 300;
const binsAtMost = 60;

/**
 * What the page shows of a file: the runs asked for, else the newest one and all that stand beside it; of suites the
 * newest of each name.
 *
 * @throws UsageError for runs that are not there
 */
export function buildPageDocument(database: Database, path: string, request: PageRequest): PageDocument {
  const source = { path, database };
  const runs = listRuns(database);
  const suites = request.wanted.length > 0 ? [] : suitesOf(runs);
  const single = runs.filter(({ suite }) => suite === null);
  const isAnySingle = single.some(({ status }) => status !== "failed");
  const chosen = request.wanted.length > 0 || isAnySingle ? selectRuns([source], request.wanted).runs : [];
  const db = fileName(path);
  const left = request.wanted.length > 0 ? 0 : single.length - chosen.length;
  const comparison = chosen.length > 0 ? comparisonOf(chosen, left, db, request.isAcross) : null;
  const tracksOf = readOnce((runId) => rolloutTracks(database, runId));
  const compare = new Set(chosen.map(({ run }) => run.id));
  const shown = [
    ...chosen.map(({ run }) => run),
    ...runs.filter(({ id, suite }) => suites.includes(suite ?? "") && !compare.has(id)),
  ];
  const groups = comparison?.groups ?? [];
  const beaten = beatenBy(groups, comparison?.pairs ?? []);
  const alike = settingDifferences(groups).length === 0;
  return {
    title: request.title ?? "How far does it get before it slips?",
    madeAt: timestamp(),
    version: request.version,
    db,
    comparison,
    details: groups.map((group, index) => ({
      ...detailOf(
        database,
        group,
        chosen.filter(({ id }) => group.runs.includes(id)),
        tracksOf,
      ),
      beatenBy: beaten[index] ?? [],
    })),
    cautions: cautionsOf(groups),
    slipLines: slipLines(groups),
    simulated: shown.some(({ engine }) => engine === "scripted") ? simulatedNote() : null,
    unlike: settingDifferences(groups).filter((name) => name !== "promptHash"),
    standing: alike ? standingOf(groups, beaten) : [],
    families: comparison === null ? [] : quantizationFamilies(comparison),
    suites: suites.map((suite) => buildSuiteDocument(database, db, suite)),
    transcripts: sampleTranscripts(database, shown, tracksOf),
    provenance: shown.map((run) => provenanceOf(run, db)),
  };
}

/** As `compare` has it. Rows that were asked different things stand side by side; tested are those alike, or all if asked. */
function comparisonOf(
  chosen: readonly ChosenRun[],
  left: number,
  db: string,
  isAcross: boolean,
): CompareDocument {
  const compared = compareChosen(chosen, left > 0 ? [notShownNote(left)] : [], {
    by: "model",
    baseline: null,
    across: isAcross ? "all" : "alike",
    metric: "slips",
  });
  return { schemaVersion: 1, db: [db], ...compared };
}

function suitesOf(runs: readonly RunRecord[]): string[] {
  return [...new Set(runs.flatMap(({ suite }) => (suite === null ? [] : [suite])))];
}

function detailOf(
  database: Database,
  { label, taskAccuracy, turnAccuracy, overallTurnAccuracy }: CompareDocument["groups"][number],
  runs: readonly ChosenRun[],
  tracksOf: (runId: number) => RolloutTrack[],
): Omit<GroupDetail, "beatenBy"> {
  const tracks = runs.flatMap(({ run }) => tracksOf(run.id));
  const [first] = runs;
  const p = overallTurnAccuracy.accuracy ?? 0;
  return {
    label,
    curve: thinned(taskAccuracy.map(pointOf)),
    turnCurve: thinned(turnAccuracy.map(pointOf)),
    evenHorizon: p > 0 && p < 1 ? Math.floor(Math.log(0.5) / Math.log(p)) + 1 : null,
    outcomes: first?.run.settings.probe === null ? outcomeBins(tracks) : [],
    depths:
      first === undefined ? [] : depthSpeeds(database, first.run.id, first.run.settings.turns, binsAtMost),
  };
}

/** Tracks of a large run take a while to read. */
function readOnce(read: (runId: number) => RolloutTrack[]): (runId: number) => RolloutTrack[] {
  const known = new Map<number, RolloutTrack[]>();
  return (runId) => {
    const tracks = known.get(runId) ?? read(runId);
    known.set(runId, tracks);
    return tracks;
  };
}

function pointOf({ turn, accuracy, low, high }: CurvePoint): CurvePoint {
  return { turn, accuracy, low, high };
}

/** Every so many points, and the last. */
function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  const step = Math.max(1, Math.ceil(points.length / pointsAtMost));
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

function outcomeBins(tracks: readonly RolloutTrack[]): OutcomeBin[] {
  const last = tracks.reduce((most, { letters }) => Math.max(most, letters.length), 0);
  const size = Math.max(1, Math.ceil(last / binsAtMost));
  return Array.from({ length: Math.ceil(last / size) }, (_, bin) => {
    const cut = tracks.map((track) => ({
      ...track,
      letters: track.letters.slice(bin * size, (bin + 1) * size),
    }));
    const asked = cut.filter(({ letters }) => letters !== "");
    return {
      firstTurn: bin * size + 1,
      lastTurn: Math.min(last, (bin + 1) * size),
      counts: tallyOutcomes(asked, outcomeClasses),
    };
  });
}

function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

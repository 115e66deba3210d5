import { timestamp } from "../../clock.ts";
import type { Database } from "../../store/database.ts";
import { depthSpeeds } from "../../store/depth-speeds.ts";
import { listRuns } from "../../store/queries.ts";
import type { RunRecord } from "../../store/rows.ts";
import { compareChosen } from "../compare/document.ts";
import type { CompareDocument } from "../compare/schema.ts";
import { type ChosenRun, selectRuns } from "../compare/selection.ts";
import { tallyOutcomes } from "../rows.ts";
import { type RolloutTrack, rolloutTracks } from "../../store/tracks.ts";
import { buildSuiteDocument } from "../suite/document.ts";
import { outcomeClasses } from "../words.ts";
import { provenanceOf } from "./provenance.ts";
import type { CurvePoint, GroupDetail, OutcomeBin, PageDocument } from "./schema.ts";
import { sampleTranscripts } from "./transcripts.ts";

export interface PageRequest {
  readonly wanted: readonly string[];
  readonly title: string | null;
  readonly version: string;
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
  const single = runs.some(({ suite, status }) => suite === null && status !== "failed");
  const chosen = request.wanted.length > 0 || single ? select(source, request.wanted) : [];
  const compared = chosen.length > 0 ? compareChosen(chosen, [], plain) : null;
  const db = fileName(path);
  const comparison: CompareDocument | null =
    compared === null ? null : { schemaVersion: 1, db: [db], ...compared };
  const tracksOf = readOnce((runId) => rolloutTracks(database, runId));
  const compare = new Set(chosen.map(({ run }) => run.id));
  const shown = [
    ...chosen.map(({ run }) => run),
    ...runs.filter(({ id, suite }) => suites.includes(suite ?? "") && !compare.has(id)),
  ];
  return {
    title: request.title ?? "How far does it get before it slips?",
    madeAt: timestamp(),
    version: request.version,
    db,
    comparison,
    details: (comparison?.groups ?? []).map((group) =>
      detailOf(
        database,
        group,
        chosen.filter(({ id }) => group.runs.includes(id)),
        tracksOf,
      ),
    ),
    suites: suites.map((suite) => buildSuiteDocument(database, db, suite)),
    transcripts: sampleTranscripts(database, shown, tracksOf),
    provenance: shown.map((run) => provenanceOf(run, db)),
  };
}

const plain = { by: "model", baseline: null, across: "alike", metric: "slips" } as const;

function select(source: { path: string; database: Database }, wanted: readonly string[]): ChosenRun[] {
  const { runs } = selectRuns([source], wanted);
  const engines = new Set(runs.map(({ run }) => run.engine));
  // A simulated model never stands beside a real one; without a choice the real ones are meant.
  return engines.size > 1 && wanted.length === 0 ? runs.filter(({ run }) => run.engine === "llama") : runs;
}

function suitesOf(runs: readonly RunRecord[]): string[] {
  return [...new Set(runs.flatMap(({ suite }) => (suite === null ? [] : [suite])))];
}

function detailOf(
  database: Database,
  { label, taskAccuracy, turnAccuracy }: CompareDocument["groups"][number],
  runs: readonly ChosenRun[],
  tracksOf: (runId: number) => RolloutTrack[],
): GroupDetail {
  const tracks = runs.flatMap(({ run }) => tracksOf(run.id));
  const [first] = runs;
  return {
    label,
    curve: thinned(taskAccuracy.map(pointOf)),
    turnCurve: thinned(turnAccuracy.map(pointOf)),
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

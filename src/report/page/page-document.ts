import { timestamp } from "../../clock.ts";
import type { ReadPage } from "../../reading/page.ts";
import { fileNameOf, settingDifferences } from "../../reading/settings.ts";
import type { RolloutTrack } from "../../store/tracks.ts";
import { compareGroups } from "../compare/compare-document.ts";
import type { CompareDocument, CompareGroup } from "../../figures/compare-schema.ts";
import { slipLines } from "../compare/slip-lines.ts";
import { speedLines } from "../compare/speed-lines.ts";
import { notShownNote, simulatedNote } from "../sentences/page.ts";
import { buildSuiteDocument } from "../suite/suite-document.ts";
import { tallyOutcomes } from "../../figures/tallies.ts";
import { outcomeClasses } from "../../store/rows.ts";
import { beatenBy } from "./beaten.ts";
import { cautionsOf } from "./cautions.ts";
import { quantizationFamilies } from "./families.ts";
import { provenanceOf } from "./provenance.ts";
import type { CurvePoint, GroupDetail, OutcomeBin, PageDocument } from "./page-schema.ts";
import { standingOf } from "./standing.ts";
import { transcriptsOf } from "./transcripts.ts";

export interface PageRequest {
  readonly title: string | null;
  readonly version: string;
  /** Whether runs that were asked different things are compared all the same. */
  readonly isAcross: boolean;
}

const pointsAtMost = 300;
const binsAtMost = 60;

/** The page's document. @throws UsageError for simulated models beside real ones */
export function buildPageDocument(read: ReadPage, request: PageRequest): PageDocument {
  const { shown, suites, transcripts } = read;
  const db = fileNameOf(read.path);
  const comparison = read.groups.length > 0 ? comparisonOf(read, db, request.isAcross) : null;
  const groups = comparison?.groups ?? [];
  const beaten = beatenBy(groups, comparison?.pairs ?? []);
  const alike = settingDifferences(groups).length === 0;
  return {
    title: request.title ?? "How far does it get before it slips?",
    madeAt: timestamp(),
    version: request.version,
    db,
    comparison,
    details: groups.map((group, index) => ({ ...detailOf(group, read), beatenBy: beaten[index] ?? [] })),
    cautions: cautionsOf(groups),
    slipLines: slipLines(groups),
    simulated: shown.some(({ engine }) => engine === "scripted") ? simulatedNote() : null,
    unlike: settingDifferences(groups).filter((name) => name !== "promptHash"),
    standing: alike ? standingOf(groups, beaten) : [],
    families: comparison === null ? [] : quantizationFamilies(comparison),
    suites: suites.map(({ name, arms }) => buildSuiteDocument(arms, db, name)),
    transcripts: transcriptsOf(transcripts),
    provenance: shown.map((run) => provenanceOf(run, db)),
  };
}

/** As `compare` has it. Rows that were asked different things stand side by side; tested are those alike, or all if asked. */
function comparisonOf({ groups, others }: ReadPage, db: string, isAcross: boolean): CompareDocument {
  const compared = compareGroups(groups, others > 0 ? [notShownNote(others)] : [], {
    by: "model",
    baseline: null,
    across: isAcross ? "all" : "alike",
    metric: "slips",
  });
  return { schemaVersion: 1, db: [db], ...compared };
}

/** The group behind a row is found by its runs: rows are in another order. */
function detailOf(group: CompareGroup, { groups, depths }: ReadPage): Omit<GroupDetail, "beatenBy"> {
  const { label, runs, taskAccuracy, turnAccuracy, overallTurnAccuracy, settings } = group;
  const at = groups.findIndex(({ rows }) => rows.map(({ id }) => id).join() === runs.join());
  const tracks = groups[at]?.rows.flatMap((rows) => rows.tracks) ?? [];
  const deep = depths[at];
  const p = overallTurnAccuracy.accuracy ?? 0;
  return {
    label,
    curve: thinned(taskAccuracy.map(pointOf)),
    turnCurve: thinned(turnAccuracy.map(pointOf)),
    evenHorizon: p > 0 && p < 1 ? Math.floor(Math.log(0.5) / Math.log(p)) + 1 : null,
    outcomes: settings.probe === null ? outcomeBins(tracks) : [],
    depths: deep?.bins ?? [],
    depthsOf: speedLines([group])[deep?.speed ?? 0]?.label ?? label,
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

import { timestamp } from "../../clock.ts";
import type { ReadPage } from "../../reading/page.ts";
import { fileNameOf } from "../../file-name.ts";
import { simulatedNote } from "../sentences/page.ts";
import { buildSuiteDocument } from "../suite/suite-document.ts";
import { comparedRows } from "./compared-rows.ts";
import type { PageDocument } from "./page-schema.ts";
import { provenanceOf } from "./provenance.ts";
import { transcriptsOf } from "./transcripts.ts";

export interface PageRequest {
  readonly title: string | null;
  readonly version: string;
  /** Whether runs that were asked different things are compared all the same. */
  readonly isAcross: boolean;
  /** Of horizons that are shown in place of the usual ones; none, or absent: those. */
  readonly thresholds?: readonly number[];
}

/** The page's document. @throws UsageError for simulated models beside real ones */
export function buildPageDocument(read: ReadPage, request: PageRequest): PageDocument {
  const { shown, suites, transcripts } = read;
  const db = fileNameOf(read.path);
  return {
    title: request.title ?? "How far does it get before it slips?",
    madeAt: timestamp(),
    version: request.version,
    db,
    ...comparedRows(read, db, request),
    simulated: shown.some(({ engine }) => engine === "scripted") ? simulatedNote() : null,
    suites: suites.map(({ name, arms }) => buildSuiteDocument(arms, db, name, request.thresholds)),
    transcripts: transcriptsOf(transcripts),
    provenance: shown.map((run) => provenanceOf(run, db)),
  };
}

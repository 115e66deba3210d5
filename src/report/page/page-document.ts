import { timestamp } from "../../clock.ts";
import type { FirstAsked, ReadPage } from "../../reading/page.ts";
import { fileNameOf } from "../../file-name.ts";
import { simulatedNote } from "../sentences/page.ts";
import { buildSuiteDocument } from "../suite/suite-document.ts";
import { askedOf } from "../asked/differences.ts";
import { comparedRows } from "./compared-rows.ts";
import { mainFindings } from "./main-findings.ts";
import type { PageDocument } from "./page-schema.ts";
import { promptShown } from "./prompt-shown.ts";
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

/**
 * The page's document.
 *
 * @param prompts what its runs were asked first
 * @throws UsageError for simulated models beside real ones
 */
export function buildPageDocument(
  read: ReadPage,
  request: PageRequest,
  prompts: readonly FirstAsked[] = [],
): PageDocument {
  const { shown, suites, transcripts } = read;
  const db = fileNameOf(read.path);
  const suiteDocuments = suites.map(({ name, arms }) =>
    buildSuiteDocument(arms, db, name, request.thresholds),
  );
  return {
    title: request.title ?? "How far does it get before it slips?",
    madeAt: timestamp(),
    version: request.version,
    db,
    asked: askedOf(shown),
    prompts: prompts.map((prompt) => promptShown(prompt, db)),
    ...comparedRows(read, db, request),
    simulated: shown.some(({ engine }) => engine === "scripted") ? simulatedNote() : null,
    suites: suiteDocuments,
    findings: suiteDocuments.map(mainFindings),
    transcripts: transcriptsOf(transcripts),
    provenance: shown.map((run) => provenanceOf(run, db)),
  };
}

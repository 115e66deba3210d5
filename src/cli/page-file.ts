import { firstAskedOf } from "../audit/first-asked.ts";
import { packageVersion } from "../runs/shipped.ts";
import { readPage } from "../reading/page.ts";
import { suiteNamed } from "./named-suite.ts";
import type { PageDocument } from "../report/page/page-schema.ts";
import { buildPageDocument } from "../report/page/page-document.ts";
import { renderPage } from "../report/page/html.ts";
import { openReadOnly } from "../store/database.ts";
import { writeOutput } from "./output.ts";
import type { OutputPlace } from "./output-place.ts";

export interface PageFile extends ShownFile {
  readonly output: OutputPlace;
  /** Whether the page loads itself again while the run goes on. */
  readonly isLive: boolean;
}

/** What is shown of a database. */
export interface ShownFile {
  readonly dbPath: string;
  readonly title: string | null;
  /** Whether runs that were asked different things are compared all the same. */
  readonly isAcross: boolean;
  /** The one suite that is shown; absent: whatever there is. */
  readonly suite?: string | null;
  /** Of horizons that are shown in place of the usual ones; absent: those. */
  readonly thresholds?: readonly number[];
}

/**
 * Writes the page of these runs; without any, of the newest run and all that can stand beside it. The old page stays
 * in place until the new one is complete.
 *
 * @returns whether there was anything to show
 * @throws UsageError when it cannot be written
 */
export async function writePage(file: PageFile, wanted: readonly string[]): Promise<boolean> {
  const document = pageOf(file, wanted);
  if (document === null) return false;
  await writeOutput([renderPage(document, file.isLive)], file.output);
  return true;
}

/** What a page shows of these runs, as {@link writePage} says; null: nothing. */
export function pageOf(shown: ShownFile, wanted: readonly string[]): PageDocument | null {
  const { dbPath, suite = null } = shown;
  const database = openReadOnly(dbPath);
  try {
    const source = { path: dbPath, database };
    const named = suite === null ? null : suiteNamed([source], suite);
    const request = { ...shown, version: packageVersion() };
    const read = readPage(source, wanted, named);
    const document = buildPageDocument(read, request, firstAskedOf(database, read.transcripts));
    return document.provenance.length === 0 ? null : document;
  } finally {
    database.close();
  }
}

import { firstAskedOf } from "../audit/first-asked.ts";
import { packageVersion } from "../runs/shipped.ts";
import { readPage } from "../reading/page.ts";
import { buildPageDocument } from "../report/page/page-document.ts";
import { renderPage } from "../report/page/html.ts";
import { openReadOnly } from "../store/database.ts";
import { writeOutput } from "./output.ts";

export interface PageFile {
  readonly dbPath: string;
  readonly output: string;
  readonly title: string | null;
  /** Whether the page loads itself again while the run goes on. */
  readonly isLive: boolean;
  /** Whether runs that were asked different things are compared all the same. */
  readonly isAcross: boolean;
}

/**
 * Writes the page of these runs; without any, of the newest run and all that can stand beside it. The old page stays
 * in place until the new one is complete.
 *
 * @returns whether there was anything to show
 * @throws UsageError when it cannot be written
 */
export async function writePage(file: PageFile, wanted: readonly string[]): Promise<boolean> {
  const database = openReadOnly(file.dbPath);
  let html: string;
  try {
    const { title, isAcross } = file;
    const request = { title, version: packageVersion(), isAcross };
    const read = readPage({ path: file.dbPath, database }, wanted);
    const document = buildPageDocument(read, request, firstAskedOf(database, read.transcripts));
    if (document.provenance.length === 0) return false;
    html = renderPage(document, file.isLive);
  } finally {
    database.close();
  }
  await writeOutput([html], file.output, file.dbPath);
  return true;
}

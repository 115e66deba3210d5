import { readRuns } from "../reading/runs.ts";
import { buildDocument } from "../report/run-document.ts";
import { renderDocument } from "../report/text.ts";
import { openReadOnly } from "../store/database.ts";
import { jsonOf } from "./documents/json.ts";
import { outputStyle, print } from "./terminal.ts";

/** Prints everything about runs of a file. */
export function printRuns(path: string, ids: readonly number[], isJson: boolean): void {
  const database = openReadOnly(path);
  try {
    const document = buildDocument(readRuns({ path, database }, ids), path);
    print(isJson ? jsonOf("run", document) : renderDocument(document, outputStyle(process.stdout)));
  } finally {
    database.close();
  }
}

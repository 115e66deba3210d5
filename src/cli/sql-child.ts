import { UsageError } from "../errors.ts";
import { openReadOnly } from "../store/database.ts";
import { onFileNote } from "../store/file-notes.ts";
import { dieWithParent } from "../runs/die-with-parent.ts";
import { runSql } from "../store/queries.ts";
import type { SqlAnswer, SqlQuestion } from "./timed-sql.ts";

// A statement may never end.
dieWithParent(0);

onFileNote((note) => process.send?.({ type: "note", note } satisfies SqlAnswer));

// Asked once by timed-sql.ts; ends by itself once it has answered.
process.once("message", ({ path, text }: SqlQuestion) => {
  process.send?.(answer(path, text), () => process.disconnect());
});

function answer(path: string, text: string): SqlAnswer {
  try {
    const database = openReadOnly(path);
    try {
      return { type: "rows", ...runSql(database, text) };
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof UsageError) return { type: "refused", message: error.message };
    throw error;
  }
}

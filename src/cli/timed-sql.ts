import { UsageError } from "../errors.ts";
import { startChild } from "../runs/supervise.ts";
import { complain } from "./terminal.ts";

export interface SqlQuestion {
  readonly path: string;
  readonly text: string;
}

export interface SqlRows {
  readonly columns: string[];
  readonly rows: unknown[][];
}

/** What the child says. */
export type SqlAnswer =
  | { readonly type: "note"; readonly note: string }
  | ({ readonly type: "rows" } & SqlRows)
  | { readonly type: "refused"; readonly message: string };

/**
 * Answers a statement in a process of its own: SQLite cannot be stopped in one, and a view or a statement may never end.
 *
 * @param seconds after which it is given up
 * @throws UsageError for what SQLite refuses, and for what takes longer
 */
export function timedSql(question: SqlQuestion, seconds: number): Promise<SqlRows> {
  const child = startChild(new URL("./sql-child", import.meta.url));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.process.kill("SIGKILL");
  }, seconds * 1000);
  return new Promise((resolve, reject) => {
    let answer: Exclude<SqlAnswer, { type: "note" }> | null = null;
    child.process.on("message", (message: SqlAnswer) => {
      if (message.type === "note") complain(message.note);
      else answer = message;
    });
    child.process.on("close", (code, signal) => {
      clearTimeout(timer);
      if (answer?.type === "rows") resolve(answer);
      else if (answer !== null) reject(new UsageError(answer.message));
      else reject(isLate ? late(seconds) : ended(signal ?? `code ${code}`, child.lastWords()));
    });
    child.process.on("error", (error) => reject(ended(error.message, null)));
    // One that cannot be told anything closes, and is heard of there.
    child.process.send(question, () => undefined);
  });
}

function late(seconds: number): UsageError {
  return new UsageError(
    `--timeout ${seconds}: the statement takes longer, so it was stopped. Ask for less (WHERE run_id = 1, LIMIT 100), or give it more seconds.`,
  );
}

function ended(how: string, words: string | null): UsageError {
  return new UsageError(
    `sql: the statement's process ended (${how})${words === null ? "" : `: ${words.trim()}`}. Its answer may be too large: ask for less (LIMIT 100).`,
  );
}

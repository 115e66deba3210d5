import type { Database } from "better-sqlite3";
import type { Merging } from "./merging.ts";
import { tablesWith } from "./removed.ts";
import type { SealedRow } from "./seal.ts";

/** Tables whose rows are brought one by one, or with the turns; a lease is its process's own. */
const broughtOtherwise = ["turn", "session", "identity", "lease"];

/**
 * Brings rows that name a run, later tables included; those that are there stay, but for rollouts, which may have gone on.
 *
 * @param isThere whether rows of the run are there
 * @param tables absent: all
 */
export function copyRows(
  { target }: Merging,
  from: number,
  to: number,
  { isThere, tables }: { readonly isThere: boolean; readonly tables?: readonly string[] },
): void {
  const all = tablesWith(target, "run_id").filter((one) => !broughtOtherwise.includes(one));
  for (const table of tables ?? all) {
    const held = columnsOf(target, table);
    const columns = held.filter((one) => one !== "id" && one !== "run_id");
    const list = columns.join(", ");
    const isCounted = isThere && held.includes("id");
    // Equal rows may stand there several times: as often as the file has them that has them more often.
    const rows = isCounted
      ? `(SELECT *, row_number() OVER (PARTITION BY ${list} ORDER BY id) AS nth FROM part.${table} WHERE run_id = @from)`
      : `part.${table}`;
    const same = columns.map((one) => `own.${one} IS other.${one}`).join(" AND ");
    const isNew = `nth > (SELECT count(*) FROM main.${table} AS own WHERE own.run_id = @to AND ${same})`;
    const order = held.includes("id") ? "id" : "rowid";
    target
      .prepare(
        `INSERT OR ${table === "rollout" ? "REPLACE" : "IGNORE"} INTO main.${table} (run_id, ${list})
          SELECT @to, ${list} FROM ${rows} AS other WHERE run_id = @from
          ${isCounted ? `AND ${isNew}` : ""} ${hasRowids(target, table) ? `ORDER BY other.${order}` : ""}
          ${table === "place" ? earlierPlace : ""}`,
      )
      .run({ from, to });
  }
}

/** A run that two files let stand for one place stands for it since the earlier, as it would in one file. */
const earlierPlace = `ON CONFLICT DO UPDATE SET trial = excluded.trial, asked = excluded.asked, at = excluded.at
  WHERE (excluded.at, excluded.trial, excluded.asked) < (at, trial, asked)`;

/** Brings the turns of a run that are not there, each with its verdicts. */
export function copyTurns({ target, turnOffset: offset }: Merging, from: number, to: number): void {
  const range = target
    .prepare("SELECT min(id) AS first, max(id) AS last FROM part.turn WHERE run_id = ?")
    .get(from) as { first: number | null; last: number | null };
  const columns = columnsOf(target, "turn").filter((one) => one !== "id" && one !== "run_id");
  const list = columns.join(", ");
  // By their ids, as they were written: each is added at the end.
  target
    .prepare(
      `INSERT INTO main.turn (id, run_id, ${list}) SELECT id + @offset, @to, ${list} FROM part.turn AS other
        WHERE id BETWEEN @first AND @last AND +run_id = @from AND NOT EXISTS (SELECT 1 FROM main.turn AS own
          WHERE own.run_id = @to AND ${sameTurn}) ORDER BY id`,
    )
    .run({ ...range, offset, from, to });
  for (const table of tablesWith(target, "turn_id")) {
    const rest = columnsOf(target, table).filter((one) => one !== "turn_id");
    target
      .prepare(
        `INSERT INTO main.${table} (turn_id, ${rest.join(", ")}) SELECT turn_id + @offset, ${rest.join(", ")} FROM part.${table}
          WHERE turn_id BETWEEN @first AND @last
            AND EXISTS (SELECT 1 FROM main.turn WHERE id = turn_id + @offset AND run_id = @to) ORDER BY turn_id`,
      )
      .run({ ...range, offset, to });
  }
}

/** Brings verdicts of turns that are there. */
export function uniteTurns({ target }: Merging, from: number, to: number): void {
  for (const table of tablesWith(target, "turn_id")) {
    const rest = columnsOf(target, table).filter((one) => one !== "turn_id");
    target
      .prepare(
        `INSERT OR IGNORE INTO main.${table} (turn_id, ${rest.join(", ")})
          SELECT own.id, ${rest.map((one) => `judged.${one}`).join(", ")} FROM part.turn AS other
          JOIN main.turn AS own ON own.run_id = @to AND ${sameTurn}
          JOIN part.${table} AS judged ON judged.turn_id = other.id WHERE other.run_id = @from`,
      )
      .run({ from, to });
  }
}

/** A turn of the target and one of the part. */
export const sameTurn =
  "own.rollout = other.rollout AND own.turn = other.turn AND own.attempt = other.attempt";

/** The id in the target of a row of the part that others name; an equal one is used again. */
export function mapped(
  { target, part, ids }: Pick<Merging, "target" | "part" | "ids">,
  table: "machine" | "model",
  id: unknown,
): number | null {
  if (id === null) return null;
  const key = JSON.stringify([table, id]);
  const known = ids.get(key);
  if (known !== undefined) return known;
  const { id: _id, ...row } = part.prepare(`SELECT * FROM ${table} WHERE id = ?`).get(id) as SealedRow;
  const found = equalRow(target, table, row) ?? insertRow(target, table, row);
  ids.set(key, found);
  return found;
}

/** The id of a row that has these columns; null: there is none. */
export function equalRow(target: Database, table: string, row: SealedRow): number | null {
  const same = Object.keys(row).map((column) => `${column} IS @${column}`);
  const id = target
    .prepare(`SELECT id FROM main.${table} WHERE ${same.join(" AND ")}`)
    .pluck()
    .get(row);
  return typeof id === "number" ? id : null;
}

/** @returns its rowid */
export function insertRow(target: Database, table: string, row: SealedRow): number {
  const columns = Object.keys(row);
  const inserted = target
    .prepare(
      `INSERT INTO main.${table} (${columns.join(", ")}) VALUES (${columns.map((column) => `@${column}`).join(", ")})`,
    )
    .run(row);
  return Number(inserted.lastInsertRowid);
}

export function columnsOf(target: Database, table: string): string[] {
  return target.prepare("SELECT name FROM pragma_table_info(?, 'main')").pluck().all(table) as string[];
}

/** Whether the order in which its rows were written tells something. */
function hasRowids(target: Database, table: string): boolean {
  const isWithout = target
    .prepare("SELECT wr FROM pragma_table_list(?) WHERE schema = 'main'")
    .pluck()
    .get(table);
  return isWithout === 0;
}

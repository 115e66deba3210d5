import { abandonedError } from "./lease.ts";
import { Compared, type Further } from "./compared.ts";
import { columnsOf, sameTurn } from "./merge-rows.ts";
import { type Merging, PartRefused, type PartRun } from "./merging.ts";
import { rolloutSeal, type SealedRow } from "./seal.ts";
import { typedLine } from "../typed-line.ts";

/**
 * Holds a run of the part against the same run in the target: one may be where the other was before it went on.
 *
 * @throws PartRefused with the first row that differs
 */
export function standing(merging: Merging, run: PartRun, number: number): Further {
  const compared = new Compared(merging, run, number);
  compareSessions(compared);
  compareRun(compared);
  const endedOtherwise = compareRollouts(compared);
  for (const [table, keys] of grownTables) {
    compareRows(compared, table, keys);
    compareNumbers(compared, table, keys);
  }
  for (const table of ["verdict", "verdict_basis"]) compareJudged(compared, table);
  for (const rollout of endedOtherwise) assertRollout(compared, rollout);
  return compared.further;
}

/** Tables to which rows are added while a run goes on, and which of its rows one is. */
const grownTables = [
  ["turn", ["rollout", "turn", "attempt"]],
  ["batch", ["batch"]],
  ["remeasured", ["rollout", "turn", "attempt"]],
] as const;

/** What is known of a run only once it has begun. */
const mayStillChange = [
  "status, error, wall_ms, peak_rss_bytes, conditions, versions, server, parallel, threads, context_length, batch_size",
  "kv_type_k, kv_type_v, flash_attention, backend_requested, backend_used, gpu_layers, template_hash, template_source",
  "template_mode, chat, tuning, kv_bytes, vram_bytes, prefix_tokens, prefix_ms",
].flatMap((names) => names.split(", "));

function compareRun(compared: Compared): void {
  const { merging, run, number, sessions } = compared;
  const ours = targetRow(merging, number);
  const theirs = run.row;
  // Numbers of processes tell who wrote last, whatever came of it.
  const columns = Object.keys(ours).filter((one) => !["id", "seal", "pid", "process_start"].includes(one));
  const changed = columns.filter((one) => ours[one] !== theirs[one]);
  if (changed.length === 0) return;
  const settled = changed.filter((one) => !mayStillChange.includes(one));
  if (settled.length > 0) compared.differ("its row", ours, theirs, settled);
  const rank = (row: SealedRow, own: number): number[] => [
    own,
    row["error"] === abandonedError ? 0 : 1,
    columns.filter((one) => row[one] !== null).length,
  ];
  const order = compareLists(rank(theirs, sessions.part), rank(ours, sessions.target));
  const [before, after] = order > 0 ? [ours, theirs] : [theirs, ours];
  const isSameSession = sessions.part === sessions.target;
  const isLeft = before["error"] === abandonedError;
  const replaced = changed.filter((one) => before[one] !== null && one !== "versions");
  if (order === 0 || (isSameSession && !isLeft && replaced.length > 0))
    compared.differ("its row", ours, theirs, changed);
  const who = after === theirs ? "part" : "target";
  compared.goesFurther(who, `${compared.name(who)} has it as it was later (${changed[0]} of its row)`);
}

/** With a run that it replays named as the part's row names it, which may be its own as an earlier version wrote it. */
function targetRow({ target, portable }: Merging, number: number): SealedRow {
  const row = target.prepare("SELECT * FROM main.run WHERE id = ?").get(number) as SealedRow;
  const settings = row["settings"] as string;
  return { ...row, settings: portable(target, settings) ?? settings };
}

/** Later sessions follow earlier ones. */
function compareSessions(compared: Compared): void {
  const { merging, run, number } = compared;
  const own = merging.target
    .prepare("SELECT * FROM main.session WHERE run_id = ? ORDER BY session")
    .all(number) as SealedRow[];
  const columns = columnsOf(merging.target, "session").filter((one) => one !== "run_id" && one !== "seal");
  for (const [index, theirs] of run.sessions.entries()) {
    const ours = own[index];
    if (ours !== undefined && columns.some((one) => ours[one] !== theirs[one]))
      compared.differ(`session ${String(theirs["session"])}`, ours, theirs, columns);
  }
  const more = run.sessions.length - own.length;
  if (more === 0) return;
  const who = more > 0 ? "part" : "target";
  compared.goesFurther(who, `${compared.name(who)} has session ${Math.max(run.sessions.length, own.length)}`);
}

const reopened = [null, "interrupted", "engine_error", "timeout"];

/** @returns those that ended otherwise, where one may be the other before its run went on */
function compareRollouts(compared: Compared): number[] {
  const { merging, run, number, sessions } = compared;
  const found: number[] = [];
  const columns = columnsOf(merging.target, "rollout").filter((one) => one !== "run_id");
  const differing = differingRows(compared, "rollout", ["rollout"], columns);
  for (const rollout of differing.iterate({ from: run.id, to: number })) {
    const key = (rollout as { rollout: number }).rollout;
    const read = (file: string): SealedRow =>
      merging.target
        .prepare(`SELECT * FROM ${file}.rollout WHERE run_id = ? AND rollout = ?`)
        .get(file === "part" ? run.id : number, key) as SealedRow;
    const [ours, theirs] = [read("main"), left(read("part"), run)];
    const settled = columns.filter((one) => !["end", "detail", "ended_at", "seal"].includes(one));
    const where = `rollout ${key}`;
    if (settled.some((one) => ours[one] !== theirs[one])) compared.differ(where, ours, theirs, settled);
    const isSame = ["end", "detail", "ended_at"].every((one) => ours[one] === theirs[one]);
    // Its seal is of its turns, which are compared.
    if (isSame) continue;
    const order = sessions.part - sessions.target || finality(theirs) - finality(ours);
    const before = order > 0 ? ours : theirs;
    if (order === 0 || !reopened.includes(before["end"] as string | null))
      compared.differ(where, ours, theirs, columns);
    const who = order > 0 ? "part" : "target";
    compared.goesFurther(who, `${compared.name(who)} has the end of ${where}`);
    found.push(key);
  }
  compareNumbers(compared, "rollout", ["rollout"]);
  return found;
}

/** What it was before it went on nothing else tells than its seal. */
function assertRollout({ merging, run }: Compared, rollout: number): void {
  const { part } = merging;
  const read = part.prepare("SELECT seal FROM rollout WHERE run_id = ? AND rollout = ?").pluck();
  const seal = read.get(run.id, rollout) as string | null;
  if (seal === null || seal === rolloutSeal(part, run.id, rollout)) return;
  throw new PartRefused(
    `run ${run.id} (${String(run.row["name"])}): rollout ${rollout} is not as it was written. What is wrong: ${typedLine(`verify ${run.id}`, merging.path)}`,
  );
}

/** As it is once its run is known to be given up. */
function left(row: SealedRow, { isAbandoned }: PartRun): SealedRow {
  return isAbandoned && row["end"] === null ? { ...row, end: "interrupted" } : row;
}

/** How much its end tells: none, that its process was gone, what its process said. */
function finality({ end, ended_at: endedAt }: SealedRow): number {
  if (end === null) return 0;
  return end === "interrupted" && endedAt === null ? 1 : 2;
}

/** Rows that are in both are equal. */
function compareRows(compared: Compared, table: string, keys: readonly string[]): void {
  const { merging, run, number } = compared;
  const columns = columnsOf(merging.target, table).filter((one) => one !== "id" && one !== "run_id");
  const key = differingRows(compared, table, keys, columns).get({ from: run.id, to: number });
  if (key === undefined) return;
  const read = (file: string): SealedRow =>
    merging.target
      .prepare(`SELECT * FROM ${file}.${table} WHERE run_id = @id AND ${matching(keys)}`)
      .get({ ...(key as SealedRow), id: file === "part" ? run.id : number }) as SealedRow;
  compared.differ(whereOf(table, key as SealedRow), read("main"), read("part"), columns);
}

function differingRows(
  { merging }: Compared,
  table: string,
  keys: readonly string[],
  columns: readonly string[],
) {
  const of = (row: string, names: readonly string[]): string =>
    names.map((one) => `${row}.${one}`).join(", ");
  return merging.target.prepare(
    `SELECT ${of("other", keys)} FROM part.${table} AS other JOIN main.${table} AS own
      ON own.run_id = @to AND ${keys.map((one) => `own.${one} = other.${one}`).join(" AND ")}
      WHERE other.run_id = @from AND (${of("own", columns)}) IS NOT (${of("other", columns)})`,
  );
}

/** Rows that are in one alone: it went on there. */
function compareNumbers(compared: Compared, table: string, keys: readonly string[]): void {
  const { merging, run, number } = compared;
  const sides = [
    ["part", "part", run.id, "main", number],
    ["target", "main", number, "part", run.id],
  ] as const;
  for (const [who, file, id, otherFile, otherId] of sides) {
    const only = merging.target
      .prepare(
        `SELECT ${keys.join(", ")} FROM ${file}.${table} AS one WHERE run_id = @id AND NOT EXISTS
          (SELECT 1 FROM ${otherFile}.${table} AS other WHERE other.run_id = @otherId
            AND ${keys.map((key) => `other.${key} = one.${key}`).join(" AND ")}) LIMIT 1`,
      )
      .get({ id, otherId }) as SealedRow | undefined;
    if (only !== undefined)
      compared.goesFurther(who, `${whereOf(table, only)} is in ${compared.name(who)} alone`);
  }
}

/** What a parser said of a turn it says again. */
function compareJudged(compared: Compared, table: string): void {
  const { merging, run, number } = compared;
  const columns = columnsOf(merging.target, table).filter((one) => one !== "turn_id");
  const of = (row: string): string => columns.map((one) => `${row}.${one}`).join(", ");
  const found = merging.target
    .prepare(
      `SELECT other.rollout, other.turn, other.attempt, own.id AS own, other.id AS other, theirs.parser_version AS parser
        FROM part.turn AS other JOIN main.turn AS own ON own.run_id = @to AND ${sameTurn}
        JOIN part.${table} AS theirs ON theirs.turn_id = other.id
        JOIN main.${table} AS ours ON ours.turn_id = own.id AND ours.parser_version = theirs.parser_version
        WHERE other.run_id = @from AND (${of("ours")}) IS NOT (${of("theirs")}) LIMIT 1`,
    )
    .get({ from: run.id, to: number }) as SealedRow | undefined;
  if (found === undefined) return;
  const read = (file: string, id: unknown): SealedRow =>
    merging.target
      .prepare(`SELECT * FROM ${file}.${table} WHERE turn_id = ? AND parser_version = ?`)
      .get(id, found["parser"]) as SealedRow;
  const where = `the verdict of ${whereOf("turn", found)}`;
  compared.differ(where, read("main", found["own"]), read("part", found["other"]), columns);
}

function matching(keys: readonly string[]): string {
  return keys.map((key) => `${key} = @${key}`).join(" AND ");
}

function whereOf(table: string, key: SealedRow): string {
  if (table === "batch") return `batch ${String(key["batch"])}`;
  if (table === "rollout") return `rollout ${String(key["rollout"])}`;
  const turn = `turn ${String(key["turn"])} of rollout ${String(key["rollout"])}`;
  return table === "turn" ? turn : `newer times of ${turn}`;
}

function compareLists(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

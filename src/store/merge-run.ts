import { identitySeal } from "./identity.ts";
import { abandonedError } from "./lease.ts";
import { columnsOf, copyRows, copyTurns, insertRow, mapped, uniteTurns } from "./merge-rows.ts";
import { nextRunId } from "./removed.ts";
import { rowSeal, runSeal, type SealedRow, sealedAs, sealEndedRun, sealOf, sealRun } from "./seal.ts";
import { type Merging, PartRefused, type PartRun } from "./merging.ts";
import { sessionSeals } from "./sessions.ts";
import { typedLine } from "../typed-line.ts";

/**
 * A run that is to be merged, with the rows that it names brought.
 *
 * @returns null: its history names a run that nothing tells of
 * @throws PartRefused where its row is not as it was written, since it is sealed anew
 */
export function partRun(merging: Merging, id: number, isAbandoned: boolean): PartRun | null {
  const { part } = merging;
  const row = part.prepare("SELECT * FROM run WHERE id = ?").get(id) as SealedRow;
  assertSealed(merging, row);
  const sessions = part
    .prepare("SELECT * FROM session WHERE run_id = ? ORDER BY session")
    .all(id) as SealedRow[];
  const settings = portableSettings(merging, row["settings"] as string);
  if (settings === null) return null;
  return {
    id,
    uid: part.prepare("SELECT uid FROM identity WHERE run_id = ?").pluck().get(id) as string,
    row: {
      ...row,
      settings,
      ...(isAbandoned ? { status: "interrupted", error: abandonedError } : {}),
      machine_id: mapped(merging, "machine", row["machine_id"]),
      model_id: mapped(merging, "model", row["model_id"]),
    },
    sessions: sessions.map((one) => ({
      ...one,
      machine_id: mapped(merging, "machine", one["machine_id"]),
    })),
    isAbandoned,
  };
}

function assertSealed({ part, path }: Merging, row: SealedRow): void {
  const id = row["id"] as number;
  const seals = [
    ["its row, or what that names,", { stored: row["seal"] as string | null, actual: runSeal(part, id) }],
    ["what it is called", identitySeal(part, id)],
    ...sessionSeals(part, id).map(({ session, seal }) => [`session ${session}`, seal] as const),
  ] as const;
  for (const [what, seal] of seals) {
    if (seal === null)
      throw new PartRefused(`run ${id} has no name of its own, so that it cannot be known again.`);
    if (seal.stored !== null && seal.stored !== seal.actual)
      throw new PartRefused(
        `run ${id} (${String(row["name"])}): ${what} is not as it was written. What is wrong: ${typedLine(`verify ${id}`, path)}`,
      );
  }
}

function portableSettings({ part, portable, uids }: Merging, text: string): string | null {
  const named = portable(part, text);
  return named === null ? null : [...uids].reduce((all, [here, there]) => all.replace(here, there), named);
}

/** Its number in the target; null: it is not there. */
export function numberIn({ target, part, uids }: Merging, { id, uid, row }: PartRun): number | null {
  const known = target.prepare("SELECT run_id FROM main.identity WHERE uid = ?").pluck().get(uid);
  if (typeof known === "number") return known;
  if (identitySeal(part, id)?.stored !== null) return null;
  // Of versions that gave no name: it was made up, and another copy of the run may have got another one.
  const same = [
    "started_at",
    "name",
    "engine",
    "engine_spec",
    "seed",
    "instance_hash",
    "prompt_hash",
    "trial",
  ];
  const found = target
    .prepare(
      `SELECT run.id, identity.uid FROM main.run JOIN main.identity ON identity.run_id = run.id WHERE identity.seal IS NULL
        AND ${same.map((column) => `run.${column} IS @${column}`).join(" AND ")} LIMIT 1`,
    )
    .get(row) as { id: number; uid: string } | undefined;
  if (found === undefined) return null;
  uids.set(uid, found.uid);
  return found.id;
}

/** Brings a run that is not there. @param mark the number under which the target tells of it; null: none. @returns its number */
export function addRun(merging: Merging, run: PartRun, mark: number | null): number {
  const { target, part } = merging;
  if (mark !== null) target.prepare("DELETE FROM main.removed WHERE run = ?").run(mark);
  const id = mark ?? (target.prepare(`SELECT ${nextRunId}`).pluck().get() as number);
  insertRow(target, "run", { ...run.row, id });
  const identity = part.prepare("SELECT * FROM identity WHERE run_id = ?").get(run.id) as SealedRow;
  const named = { ...identity, run_id: id, sealed_as: sealedAs(part, run.id) };
  insertRow(target, "identity", { ...named, seal: identity["seal"] === null ? null : sealOf(named) });
  copyTexts(merging, run);
  writeSessions(merging, run, id);
  copyRows(merging, run.id, id, { isThere: false });
  copyTurns(merging, run.id, id);
  seal(merging, run, id);
  return id;
}

/** Brings what a run has since it was merged. */
export function continueRun(merging: Merging, run: PartRun, id: number): void {
  const { target } = merging;
  const columns = columnsOf(target, "run").filter((one) => one !== "id");
  target
    .prepare(`UPDATE main.run SET ${columns.map((one) => `${one} = @${one}`).join(", ")} WHERE id = @id`)
    .run({ ...run.row, id });
  target.prepare("DELETE FROM main.session WHERE run_id = ?").run(id);
  writeSessions(merging, run, id);
  copyRows(merging, run.id, id, { isThere: true });
  copyTurns(merging, run.id, id);
  seal(merging, run, id);
}

/** Brings what may be added to a run at any time: verdicts of other parsers, events, places; and what its row names. */
export function unite(merging: Merging, run: PartRun, id: number): void {
  copyTexts(merging, run);
  copyRows(merging, run.id, id, { isThere: true, tables: ["event", "place"] });
  uniteTurns(merging, run.id, id);
}

function writeSessions({ target }: Merging, { sessions }: PartRun, id: number): void {
  const number = sealedAs(target, id);
  for (const session of sessions) {
    const row = { ...session, run_id: id };
    insertRow(target, "session", { ...row, seal: session["seal"] === null ? null : rowSeal(row, number) });
  }
}

/** Its own row anew, since machine and model have other ids here. One of before there were seals keeps none. */
function seal({ target }: Merging, { row, isAbandoned }: PartRun, id: number): void {
  if (isAbandoned) {
    target.prepare("UPDATE main.rollout SET end = 'interrupted' WHERE run_id = ? AND end IS NULL").run(id);
    sealEndedRun(target, id);
  } else if (row["seal"] !== null) sealRun(target, id);
}

function copyTexts({ target }: Merging, { row }: PartRun): void {
  const hashes = [row["prompt_hash"], row["template_hash"]];
  const other = target
    .prepare(
      `SELECT sha256 FROM part.text JOIN main.text AS own USING (sha256)
        WHERE sha256 IN (?, ?) AND text.content IS NOT own.content`,
    )
    .pluck()
    .get(hashes);
  if (other !== undefined)
    throw new PartRefused(`its text ${JSON.stringify(other)} is another than the target's under that hash.`);
  target
    .prepare("INSERT OR IGNORE INTO main.text SELECT * FROM part.text WHERE sha256 IN (?, ?)")
    .run(hashes);
}

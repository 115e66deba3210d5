import { type Merging, PartRefused, type PartRun } from "./merging.ts";
import type { SealedRow } from "./seal.ts";

/** What two rows of a run differ in, which is where it went on or a contradiction. */
export class Compared {
  readonly merging: Merging;
  readonly run: PartRun;
  readonly number: number;
  /** How many sessions each has. */
  readonly sessions: Readonly<Record<"part" | "target", number>>;
  #further: Further = null;
  #because = "";

  constructor(merging: Merging, run: PartRun, number: number) {
    this.merging = merging;
    this.run = run;
    this.number = number;
    const count = merging.target.prepare("SELECT count(*) FROM main.session WHERE run_id = ?").pluck();
    this.sessions = { part: run.sessions.length, target: count.get(number) as number };
  }

  get further(): Further {
    return this.#further;
  }

  /** @param because what it has, as the first part of a sentence */
  goesFurther(who: "part" | "target", because: string): void {
    if (this.#further !== null && this.#further !== who)
      this.refuse(`${this.#because}; but ${because}, so neither is where the other was before`);
    this.#further ??= who;
    this.#because ||= because;
  }

  /** @param where which row they are, in words */
  differ(where: string, ours: SealedRow, theirs: SealedRow, columns: readonly string[]): never {
    const column = columns.find((one) => ours[one] !== theirs[one]) ?? "";
    const { path, targetPath } = this.merging;
    this.refuse(
      `${column} of ${where} is ${shown(theirs[column])} in ${path}, and ${shown(ours[column])} in ${targetPath}`,
    );
  }

  refuse(why: string): never {
    const { id, row, uid } = this.run;
    throw new PartRefused(
      `run ${id} (${String(row["name"])}, ${uid}) is run ${this.number} of ${this.merging.targetPath}, but contradicts it: ${why}. Nothing of this file was merged: find out which is right, and merge the other after "longhaul rm".`,
    );
  }

  /** The file's name. */
  name(who: "part" | "target"): string {
    return who === "part" ? this.merging.path : this.merging.targetPath;
  }
}

/** Who has more of a run that is in both; null: neither. */
export type Further = "part" | "target" | null;

const shownMax = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= shownMax ? text : `${text.slice(0, shownMax)}...`;
}

import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Played } from "./played.ts";

/** What became of a case, and whether what was said names what is wrong. */
export interface Outcome extends Played {
  readonly isNamed: boolean;
}

type Play = (seed: number, index: number, folder: string) => Promise<Outcome>;

/** Plays the cases that the command line asks for, and prints how they ended. */
export async function fuzz(subject: string, playCase: Play): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      first: { type: "string", default: "0" },
      jobs: { type: "string", default: "1" },
      lines: { type: "string" },
    },
  });
  const [seed, jobs] = [Number(values.seed), Number(values.jobs)];
  const first = Number(values.first);
  const end = first + Number(values.count);
  const outcomes: Outcome[] = [];
  let next = first;
  const work = async (): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), "longhaul-fuzz-"));
    while (next < end) {
      const index = next++;
      const outcome = await playCase(seed, index, folder);
      outcomes.push(outcome);
      if (values.lines !== undefined)
        appendFileSync(values.lines, `${JSON.stringify({ index, ...outcome })}\n`);
      for (const file of ["runs.db", "runs.db-wal", "runs.db-shm"])
        rmSync(join(folder, file), { force: true });
    }
    rmSync(folder, { recursive: true, force: true });
  };
  await Promise.all(Array.from({ length: jobs }, work));
  process.stdout.write(tableOf(subject, outcomes));
}

function tableOf(subject: string, outcomes: readonly Outcome[]): string {
  const refused = outcomes.filter(({ refusal }) => refusal !== null);
  const count = (is: (outcome: Outcome) => boolean): number => outcomes.filter(is).length;
  const rows: [string, number | string][] = [
    [subject, outcomes.length],
    ["ran", outcomes.length - refused.length],
    ["refused or failed", refused.length],
    ["of these named what is wrong", `${refused.filter(({ isNamed }) => isNamed).length}`],
    ["the program died", count(({ signal, code }) => signal !== null || (code ?? 0) > 2)],
    ["hung", count(({ isHung }) => isHung)],
    ["stack traces", count(({ hasStack }) => hasStack)],
    ["longest, s", Math.max(0, ...outcomes.map(({ seconds }) => seconds))],
  ];
  return `| what | files |\n|---|--:|\n${rows.map(([name, value]) => `| ${name} | ${value} |\n`).join("")}`;
}

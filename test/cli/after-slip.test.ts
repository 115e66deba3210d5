import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompareDocument } from "../../src/figures/compare-schema.ts";
import type { RunDocument } from "../../src/figures/run-schema.ts";
import { longhaul } from "./in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-after-slip-"));
const db = join(folder, "a.db");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** After the first slip, nine of ten rollouts say the same for ever. */
beforeAll(async () => {
  for (const until of ["end", "first-error"])
    await longhaul(
      ...["run", "--engine", "scripted:p=0.95,after-slip-repeat=0.9", "--rollouts", "50", "--turns", "60"],
      ...["--until", until, "--name", until, "--db", db, "--quiet"],
    );
}, 60_000);

describe("what comes after the first slip", () => {
  it("is in the run's document and what show prints", async () => {
    const document = JSON.parse((await longhaul("show", "1", "--json", "--db", db)).stdout) as RunDocument;
    const found = document.runs[0]?.afterSlip;
    expect(found?.next.high).toBeLessThan(0.5);
    expect(found?.before.accuracy).toBeGreaterThan(0.9);
    expect(found?.neverRight.accuracy).toBeGreaterThan(0.7);
    expect(found?.longestRepeat?.turns).toBeGreaterThan(30);
    expect(found?.longestRepeat?.run).toBe("1");
    const { rollout, turn, turns } = found?.longestRepeat ?? { rollout: 0, turn: 0, turns: 0 };
    const rows = JSON.parse(
      (await longhaul("show", "1", "--rollout", String(rollout), "--json", "--db", db)).stdout,
    ) as { turn: number; answer: number | null; slip: string | null }[];
    const repeated = rows.filter((row) => row.turn >= turn && row.turn < turn + turns);
    expect(new Set(repeated.map(({ answer }) => answer)).size).toBe(1);
    expect(repeated.at(-1)?.slip).toMatch(/^fits the last number again \(chance <?\d+ %\)/);
    const { stdout } = await longhaul("show", "1", "--db", db);
    expect(stdout).toMatch(/after a slip +the next turn is right in \d+ % \(\d+ to \d+\)/);
    expect(stdout).toContain(`longest repeat  ${turns} turns`);
    expect(stdout).toMatch(/right again +\d+ of \d+ rollouts get no answer right again/);
  });

  it("is in the comparison of slips", async () => {
    const { stdout } = await longhaul("compare", "end", "--metric", "slips", "--db", db);
    expect(stdout).toMatch(/right after a slip/);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/After a slip: the next turn is right in \d+ %/);
    const json = JSON.parse(
      (await longhaul("compare", "end", "--metric", "slips", "--json", "--db", db)).stdout,
    ) as CompareDocument;
    const run = JSON.parse((await longhaul("show", "1", "--json", "--db", db)).stdout) as RunDocument;
    const { longestRepeat, ...figures } = json.groups[0]?.afterSlip ?? { longestRepeat: null };
    expect(figures).toEqual({ ...run.runs[0]?.afterSlip, longestRepeat: undefined });
    expect(longestRepeat?.turns).toBe(run.runs[0]?.afterSlip?.longestRepeat?.turns);
  });

  it("is in the page's data", async () => {
    const page = join(folder, "page.html");
    expect((await longhaul("report", "end", "--db", db, "--output", page)).code).toBe(0);
    const html = readFileSync(page, "utf8");
    const finding = /"finding":"After a slip: the next turn is right in [^"]*"/;
    expect(html).toMatch(finding);
  });

  it("is unknown where rollouts end at their first error", async () => {
    const { stdout } = await longhaul("show", "2", "--db", db);
    expect(stdout).toMatch(/after a slip +unknown, since rollouts ended at their first error/);
    const document = JSON.parse((await longhaul("show", "2", "--json", "--db", db)).stdout) as RunDocument;
    expect(document.runs[0]?.afterSlip).toBeNull();
    const compared = await longhaul("compare", "first-error", "--metric", "slips", "--db", db);
    expect(compared.stdout).toContain("After a slip: unknown, since rollouts ended at their first error.");
    const both = await longhaul(
      ...[
        "compare",
        "end",
        "first-error",
        "--across",
        "--by",
        "setting",
        "--metric",
        "slips",
        "--db",
        db,
        "--json",
      ],
    );
    const { groups } = JSON.parse(both.stdout) as CompareDocument;
    expect(
      groups
        .toSorted((one, other) => one.settings.until.localeCompare(other.settings.until))
        .map(({ settings, afterSlip }) => [settings.until, afterSlip !== null]),
    ).toEqual([
      ["end", true],
      ["first-error", false],
    ]);
  });
});

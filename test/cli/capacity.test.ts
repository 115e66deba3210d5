import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { SuiteDocument } from "../../src/report/suite/suite-schema.ts";
import { longhaul } from "./in-process.ts";
import { query } from "./longhaul.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-capacity-"));
const db = join(folder, "k.db");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Carries the experiment out as far as it is not there yet, and tells how many runs there are. */
async function search(threshold: string): Promise<number> {
  const file = join(folder, "keys.yaml");
  const options = `{ use: capacity, largest: 4, coarse: 10, fine: 20${threshold} }`;
  writeFileSync(file, `name: keys\nexperiments:\n  - ${options}\n`);
  const { code } = await longhaul("suite", "run", file, "scripted:p=0.9", "--db", db, "--resume", "--quiet");
  expect(code).toBe(0);
  return Number((await query(db, "SELECT count(*) AS n FROM run"))[0]?.["n"]);
}

it("the threshold of a capacity is kept with its runs, which stand for another one, too", async () => {
  const usual = await search("");
  expect(await search(", threshold: 0.8")).toBe(usual);
  const kept = await query(db, "SELECT DISTINCT settings ->> '$.asked.capacityThreshold' AS t FROM run");
  expect(kept).toEqual([{ t: null }]);
  const both = await search(", threshold: 0.35");
  // A size that the usual one asked for is not measured again.
  expect(both).toBe(usual);
  expect(await search(", threshold: 0.35")).toBe(both);
  const document = JSON.parse((await longhaul("compare", "--db", db, "--json")).stdout) as SuiteDocument;
  const { capacities = [], findings = [] } = document.experiments[0] ?? {};
  expect(capacities.map(({ threshold }) => threshold).toSorted((one, other) => one - other)).toEqual([
    0.35, 0.8,
  ]);
  for (const { sizes } of capacities)
    expect(sizes.map(({ keys, n }) => [keys, n])).toEqual([
      [1, 10],
      [2, 20],
      [3, 20],
      [4, 20],
    ]);
  expect(findings).toHaveLength(2);
  // 0.9 to the fourth is 0.66.
  expect(findings.join(" ")).toMatch(/at least 4 keys in a turn are right in at least 35 %/);
}, 60_000);

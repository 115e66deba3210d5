import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type CompareDocument, compareSchema } from "../../src/figures/compare-schema.ts";
import { documentSchema } from "../../src/figures/run-schema.ts";
import { longhaul } from "./in-process.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "h.db");
/** How often a turn is right, and how many are asked: the weaker one is asked fewer. */
const planted = [
  { p: 0.97, turns: 60 },
  { p: 0.99, turns: 120 },
];
const asked = [0.5, 0.8, 0.95];

beforeAll(async () => {
  for (const { p, turns } of planted)
    await longhaul(
      ...["run", "--engine", `scripted:p=${p}`, "--rollouts", "400", "--turns", String(turns)],
      ...["--name", `p${p}`, "--quiet", "--db", db],
    );
  // So few that some thresholds are nearer to 1 than one rollout is to all.
  await longhaul(
    ...["run", "--engine", "scripted:p=0.98,seed=4", "--rollouts", "20", "--turns", "60"],
    ...["--name", "few", "--quiet", "--db", db],
  );
}, 60_000);

/** The first t with p^t below s. */
function truthOf(p: number, s: number): number {
  return Math.ceil(Math.log(s) / Math.log(p));
}

async function compared(...args: readonly string[]): Promise<CompareDocument> {
  const { stdout } = await longhaul("compare", ...args, "--json", "--db", db);
  return compareSchema.parse(JSON.parse(stdout));
}

async function printed(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await longhaul(...args, "--db", db);
  return stdout === "" ? stderr : stdout;
}

describe("horizons of thresholds that were asked for", () => {
  it("hold what was planted, whatever the order of runs and thresholds", async () => {
    const document = await compared("1", "2", "--horizons", "0.5,0.8,0.95");
    expect(document.thresholds).toEqual(asked);
    for (const { p } of planted) {
      const horizons = document.groups.find(({ label }) => label === `p${p}`)?.horizons ?? [];
      for (const s of asked) {
        const found = horizons.find((one) => one.s === s);
        expect(found?.turns).toBeGreaterThan(0);
        expect(found?.low ?? 0, `H at ${s} of ${p}`).toBeLessThanOrEqual(truthOf(p, s));
        expect(found?.high ?? Number.POSITIVE_INFINITY, `H at ${s} of ${p}`).toBeGreaterThanOrEqual(
          truthOf(p, s),
        );
      }
    }
    expect(await compared("2", "1", "--horizons", " 0.95,0.50,.8,0.5")).toEqual(document);
  });

  it("stand beside those that sentences rest on, which are as ever", async () => {
    const [plain, strict] = [await compared("1", "2"), await compared("1", "2", "--horizons", "0.95")];
    expect(plain.thresholds).toBeUndefined();
    expect(strict.verdict).toBe(plain.verdict);
    expect(strict.pairs).toEqual(plain.pairs);
    for (const [index, { horizons }] of strict.groups.entries()) {
      expect(horizons.map(({ s }) => s)).toEqual([0.5, 0.8, 0.9, 0.95]);
      expect(horizons.slice(0, 3)).toEqual(plain.groups[index]?.horizons);
    }
  });

  it("are the columns of every form, in the place of the usual ones", async () => {
    const text = await printed("compare", "1", "2", "--horizons", "0.5,0.8,0.95,0.975");
    expect(text.split("\n")[0]).toMatch(/H50 \(95 %\) +H80 \(95 %\) +H95 \(95 %\) +H97\.5 \(95 %\)/);
    expect(await printed("compare", "1", "2", "--horizons", "0.95")).not.toMatch(/H[89]0 \(95/);
    expect(await printed("compare", "1", "2", "--metric", "horizon", "--horizons", "0.6")).toMatch(
      /H60 \(95 %\)/,
    );
    const many = "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8";
    const narrow = await printed("compare", "1", "2", "--horizons", many);
    for (const s of many.split(",")) expect(narrow).toContain(`H${Number(s) * 100} (95 %)`);
    const markdown = await printed("compare", "1", "2", "--horizons", "0.95", "--markdown");
    expect(markdown).toMatch(/\| H95 \(95 %\) \|/);
    const [columns = "", first = ""] = (
      await printed("compare", "1", "2", "--horizons", "0.5,0.975", "--csv")
    ).split("\r\n");
    expect(columns.split(",").filter((name) => /^h\d/.test(name))).toEqual(
      ["h50", "h97.5"].flatMap((name) => [name, `${name}_low`, `${name}_high`]),
    );
    expect(Number(first.split(",")[columns.split(",").indexOf("h97.5")])).toBeGreaterThan(0);
  });

  it("are shown of one run, and written to the page", async () => {
    const text = await printed("show", "1", "--horizons", "0.5,0.95");
    expect(text).toMatch(/^ +H95 +\d+ turns \(95 % \d+ to \d+\)$/m);
    expect(text).not.toMatch(/H80/);
    const json = documentSchema.parse(JSON.parse(await printed("show", "1", "--horizons", "0.95", "--json")));
    expect(json.thresholds).toEqual([0.95]);
    expect(json.runs[0]?.horizons.map(({ s }) => s)).toEqual([0.5, 0.8, 0.9, 0.95]);
    const page = join(folder, "h.html");
    await longhaul("report", "1", "2", "--horizons", "0.95", "-o", page, "--db", db);
    expect(readFileSync(page, "utf8")).toContain('"thresholds":[0.95]');
    expect(await printed("report", "1", "2", "--horizons", "0.95", "--markdown")).toMatch(/H95 \(95 %\)/);
  });

  it("of more than its rollouts can tell say so, in the interval and in words", async () => {
    const [run] = documentSchema.parse(
      JSON.parse(await printed("show", "3", "--horizons", "0.99", "--json")),
    ).runs;
    const found = run?.horizons.find(({ s }) => s === 0.99);
    const firstError = run?.taskAccuracy.find(({ firstErrors }) => firstErrors > 0)?.turn;
    expect(found).toMatchObject({ turns: firstError, low: 1 });
    expect(found?.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(truthOf(0.98, 0.99));
    expect(run?.warnings.join("\n")).toMatch(/H99 cannot be told from 20 rollouts.*at least 100$/m);
    // Of one row of three it is told of whom.
    const three = await compared("1", "2", "3", "--horizons", "0.95");
    expect(three.notes.join("\n")).toMatch(/^few: H95 rests on 20 rollouts; up to 100/m);
  });

  it("are limits, too", async () => {
    const limits = "h95=1,h95.low=50";
    const { code, stderr } = await longhaul(
      ...["compare", "2", "--horizons", "0.95", "--fail-under", limits, "--db", db],
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/h95\.low is \d+, wanted 50/);
  });

  it("add up where they are given in several parts, limits too", async () => {
    const parts = ["--horizons", "0.95", "--horizons", "0.5"];
    const limits = ["--fail-under", "h95.low=50", "--fail-under", "turn2=0.01"];
    const { code, stdout, stderr } = await longhaul("compare", "2", ...parts, ...limits, "--db", db);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/h95\.low is \d+, wanted 50/)]);
    expect(stdout).toMatch(/H50 \(95 %\).*H95 \(95 %\)/);
  });
});

describe("what is no threshold", () => {
  it.each([
    ["0", /0 is no share above 0 and below 1/],
    ["1", /1 is no share above 0 and below 1/],
    ["50", /For 50 % write 0\.5\./],
    ["0.5,,0.8", /an empty place is no share/],
    ["", /an empty place is no share/],
    ["half", /half is no share/],
    ["0.12345", /at most four places/],
    ["0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9", /9 of them\. Name 8 or fewer\./],
  ])("is refused with the flag, the value and what is allowed: %s", async (text, reason) => {
    const { code, stderr } = await longhaul("compare", "--horizons", text, "--db", db);
    expect(code).toBe(2);
    expect(stderr).toContain(`--horizons ${text}:`);
    expect(stderr).toMatch(reason);
  });

  it.each([["show", "1"], ["report"]])("is refused by %s, too", async (...command) => {
    const { code, stderr } = await longhaul(...command, "--horizons", "2", "--db", db);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("--horizons 2: 2 is no share"),
    });
  });

  it("and no table without horizons takes any", async () => {
    expect(await printed("compare", "--metric", "speed", "--horizons", "0.5")).toContain(
      "Use --metric horizon",
    );
    expect(await printed("show", "1", "--rollout", "0", "--horizons", "0.5")).toContain("--rollout");
  });
});

describe("suites", () => {
  const suiteDb = join(folder, "s.db");
  const inSuite = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await longhaul(...args, "--db", suiteDb);
    return stdout === "" ? stderr : stdout;
  };

  beforeAll(async () => {
    const yaml = (name: string) =>
      `name: ${name}\ndefaults: { turns: 20, rollouts: 20 }\nexperiments:\n  - use: horizon\n  - use: degradation\n  - use: turns-against-keys\n    steps: 4\n    keys: [1, 2]\n`;
    for (const name of ["one", "two"]) {
      writeFileSync(join(folder, `${name}.yaml`), yaml(name));
      await longhaul(
        ...["suite", "run", join(folder, `${name}.yaml`), "scripted:p=0.97", "scripted:p=0.9,seed=2"],
        ...["--quiet", "--db", suiteDb],
      );
    }
  }, 60_000);

  it("show the horizons that were asked for where a table has any", async () => {
    const text = await inSuite("compare", "--horizons", "0.6,0.95");
    expect(text.match(/H60 \(95 %\) +H95 \(95 %\)/g)).toHaveLength(3);
    expect(text).toMatch(/H60 in steps +H95 in steps/);
    expect(text).not.toMatch(/H50 \(95 %\)/);
    expect(await inSuite("compare", "--horizons", "0.95", "--csv")).toContain(",h95,h95_low,h95_high,");
  });

  it("are reported as Markdown, each with a table and sentences of every experiment", async () => {
    const text = await inSuite("report", "--markdown");
    for (const suite of ["one", "two"]) {
      const own = await inSuite("report", "--markdown", "--suite", suite);
      expect(own).toContain(await inSuite("compare", "--suite", suite, "--markdown"));
      expect(text).toContain(own.trimEnd());
      expect(own.match(/^## .*\n\n\|.*\|\n\|-/gm)).toHaveLength(3);
    }
    await longhaul("run", "--engine", "scripted:p=0.5", "--quiet", "--db", suiteDb);
    expect(await inSuite("report", "--markdown")).toMatch(
      /^\| simulated model [^]*^# Experiments: one$[^]*^# Experiments: two$/m,
    );
    expect(await inSuite("report", "--markdown", "--suite", "two")).toMatch(/^# Experiments: two/);
  });

  it("are pages of their own, and refused where there is none of that name, or beside runs", async () => {
    const page = join(folder, "s.html");
    expect((await longhaul("report", "--suite", "two", "-o", page, "--db", suiteDb)).code).toBe(0);
    expect(readFileSync(page, "utf8")).toMatch(/"suite":"two"/);
    expect(readFileSync(page, "utf8")).not.toMatch(/"suite":"one"/);
    const wrong = await longhaul("report", "--suite", "three", "--markdown", "--db", suiteDb);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toMatch(/--suite three: no such suite in .*There are one, two\./);
    expect((await longhaul("report", "1", "--suite", "two", "--db", suiteDb)).code).toBe(2);
  });
});

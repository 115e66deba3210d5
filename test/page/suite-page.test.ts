import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SuiteDocument } from "../../src/report/suite/suite-schema.ts";
import { temporaryFolder } from "../cli/longhaul.ts";
import { commandLine } from "../register/command-line.ts";
import { axeViolations, chromiumPath, launch, open, seen } from "./browser.ts";

const folder = temporaryFolder();
const [db, file, suite] = ["suite.db", "suite.html", "three.yaml"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const models = ["p=0.9,parameters=300000000", "p=0.96,parameters=1000000000", "p=0.99,parameters=4000000000"];
const experiments = [
  "horizon",
  "headline",
  "degradation",
  "self-conditioning",
  "capacity",
  "turns-against-keys",
  "mitigations",
  "votes",
];

describe.skipIf(chromiumPath === null)("the page of a suite", () => {
  let browser: Browser;
  let document: SuiteDocument;

  beforeAll(async () => {
    browser = await launch();
    writeFileSync(
      suite,
      `name: three
defaults: { turns: 20, rollouts: 12 }
experiments:
  - use: horizon
  - use: headline
  - use: degradation
  - { use: self-conditioning, rates: [0, 1] }
  - { use: capacity, coarse: 8, fine: 16, largest: 4 }
  - { use: turns-against-keys, steps: 12, keys: [1, 3] }
  - { use: mitigations, windows: [1], majority: [3], ahead: [2], aheadMost: 6, heal: [10] }
  - { use: votes, most: 6 }
`,
    );
    const specs = models.map((model) => `scripted:${model},conditioning=2`);
    const run = await commandLine(["suite", "run", suite, ...specs, "--json", "--quiet"], db);
    document = JSON.parse(run.stdout) as SuiteDocument;
    const { code, stderr } = await commandLine(["report", "-o", file], db);
    if (code !== 0) throw new Error(stderr);
  }, 120_000);

  afterAll(() => browser.close());

  it("begins with the sheet, the horizon's curves and a sentence for each experiment that leads there", async () => {
    const { page } = await open(browser, file, { width: 1200 });
    const sections = await page.$$eval("main > section", (all) => all.map(({ id }) => id));
    expect(sections.slice(0, 3)).toEqual(["headline-sheet", "how-far", "findings-three"]);
    const [first] = await page.$$eval("#how-far figure", (all) => all.map(({ id }) => id));
    expect(first).toBe("task-accuracy-three-horizon");
    const told = await page.$$eval("#findings-three dt", (all) =>
      all.map((name) => [name.textContent, name.nextElementSibling?.textContent ?? ""]),
    );
    expect(told.map(([name]) => name)).toEqual(experiments);
    for (const [index, { findings, comparison }] of document.experiments.entries()) {
      const [sentence = comparison.verdict, ...more] = findings;
      const rest =
        more.length === 0 ? "" : ` (${more.length} sentence${more.length === 1 ? "" : "s"} more there)`;
      expect(told[index]?.[1]).toBe(sentence + rest);
    }
    const links = await page.$$eval("#findings-three a, nav a", (all) =>
      all.map((link) => link.getAttribute("href") ?? ""),
    );
    for (const link of links) expect(await page.$$(link), link).toHaveLength(1);
    await page.close();
  });

  it("shows every figure that there is, once", async () => {
    const names = await figureNames(db);
    expect(names).toContain("votes-three-votes");
    const { page } = await open(browser, file, { width: 1200 });
    expect(await figuresOf(page)).toEqual(names);
    await page.close();
  });

  it("draws the curves of the document", async () => {
    const svg = await commandLine(["export", "--svg", "task-accuracy-three-horizon"], db);
    expect(svg.stderr).toBe("");
    for (const model of models) expect(svg.stdout).toContain(model);
    const { page } = await open(browser, file);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("#task-accuracy-three-horizon button:has-text('CSV')"),
    ]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\r\n")
      .slice(1);
    const points = lines.map((line) => line.split(",").slice(-4).map(Number));
    expect(points).toEqual(
      document.experiments[0]?.comparison.groups.flatMap(({ taskAccuracy }) =>
        taskAccuracy.map(({ turn, accuracy, low, high }) => [turn, accuracy, low, high]),
      ),
    );
    await page.close();
  });

  it("says in what its runs differ, and what they have in common", async () => {
    const { page } = await open(browser, file);
    const asked = Object.fromEntries(
      await page.$$eval("header .asked dt", (all) =>
        all.map((name) => [name.textContent, name.nextElementSibling?.textContent]),
      ),
    ) as Record<string, string>;
    expect(asked["dictionary"]).toBe("dictionaries of 20 to ±99");
    expect(asked["history"]).toMatch(/^differs: own \(\d+ runs\); [^;]+ runs\); \d+ others$/);
    expect(asked["task"]).toMatch(
      /differs: dict-sum, 1 key a turn \(\d+ runs\); .*dict-sum, 3 keys a turn \(\d+ runs\)/,
    );
    await page.close();
  });

  it("has one colour a model in all of its figures", async () => {
    const { page } = await open(browser, file);
    const keys = await seen<{ name: string; color: string }[]>(page, "keysOfFigures");
    const colors = models.map(
      (model) => new Set(keys.filter(({ name }) => name.includes(model)).map(({ color }) => color)),
    );
    expect(colors.map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(new Set(colors.flatMap((own) => [...own])).size).toBe(3);
    await page.close();
  });

  it("on paper lays no label on another, and draws a line in the legend as a line", async () => {
    const { page } = await open(browser, file, { width: 690 });
    await page.emulateMedia({ media: "print" });
    const figures = await page.$$eval("figure", (all) => all.length);
    await expect.poll(() => page.$$eval(".paper svg", (all) => all.length)).toBe(figures);
    expect(await seen<string[]>(page, "overlappingLabels")).toEqual([]);
    const bars = await page.$$eval("#illusion-three-headline .paper path[fill='#595959']", (all) =>
      all.map((one) => one.getBoundingClientRect().height),
    );
    expect(bars).toHaveLength(1);
    expect(bars[0]).toBeLessThan(4);
    await page.close();
  });

  it.each([1200, 390])(
    "at %i pixels hides nothing, lays no label on another, and axe finds nothing",
    async (width) => {
      const { page } = await open(browser, file, { width });
      for (const figure of await page.$$("figure")) {
        await figure.scrollIntoViewIfNeeded();
        await figure.waitForSelector(".chart svg");
      }
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      expect(await seen<string[]>(page, "hiddenCells")).toEqual([]);
      expect(await seen<string[]>(page, "overlappingLabels")).toEqual([]);
      expect(await axeViolations(page)).toEqual([]);
      await page.close();
    },
  );
});

describe.skipIf(chromiumPath === null)("the page of a suite with names that mislead", () => {
  const [db, file, suite] = ["names.db", "names.html", "names.yaml"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
    writeFileSync(
      suite,
      `name: quantization
defaults: { turns: 8, rollouts: 6 }
experiments:
  - use: headline
  - { use: horizon, name: один }
  - { use: horizon, name: два }
  - { use: horizon, name: a b }
  - { use: horizon, name: a/b }
`,
    );
    const specs = models.map((model) => `scripted:${model}`);
    await commandLine(["suite", "run", suite, ...specs, "--quiet"], db);
    await commandLine(["report", "-o", file], db);
  }, 120_000);

  afterAll(() => browser.close());

  it("shows every figure once, where it belongs whatever the suite is called", async () => {
    const { page } = await open(browser, file);
    expect(await figuresOf(page)).toEqual(await figureNames(db));
    expect(await figuresOf(page, "#headline-sheet")).toEqual([
      "headline-quantization-headline",
      "illusion-quantization-headline",
    ]);
    expect(await page.$("#quantization")).toBeNull();
    await page.close();
  });

  it("leads to each of its experiments, and draws each, in any script", async () => {
    const { page } = await open(browser, file);
    for (const links of ["nav ol ol a", ".findings a"]) {
      const led = await page.$$eval(links, (all) =>
        all.map((link) => {
          const id = link.getAttribute("href")?.slice(1) ?? "";
          return [link.textContent, link.ownerDocument.getElementById(id)?.querySelector("h3")?.textContent];
        }),
      );
      expect(led.map(([, heading]) => heading)).toEqual(led.map(([text]) => text));
      expect(led).toHaveLength(5);
    }
    const ids = await page.$$eval("[id]", (all) => all.map(({ id }) => String(id)));
    expect(new Set(ids).size).toBe(ids.length);
    await page.close();
    const second = await commandLine(["export", "--svg", "task-accuracy-quantization-horizon-два"], db);
    expect(second.stdout).toContain("<svg");
    const several = await commandLine(["export", "--svg", "task-accuracy"], db);
    expect(several.stderr).toContain("task-accuracy-quantization-horizon-a-b-2");
  });
});

/** The figures that `export` has of a file, in the order of their names. */
async function figureNames(db: string): Promise<string[]> {
  const { stderr } = await commandLine(["export", "--svg", "nothing"], db);
  const [, names = ""] = /They have (.*)\./.exec(stderr) ?? [];
  return names.split(", ").toSorted();
}

async function figuresOf(page: Page, within = ""): Promise<string[]> {
  const ids = await page.$$eval(`${within} figure`, (all) => all.map(({ id }) => String(id)));
  return ids.toSorted();
}

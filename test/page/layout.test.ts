import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../cli/longhaul.ts";
import { commandLine } from "../register/command-line.ts";
import { chromiumPath, launch, open, seen } from "./browser.ts";
import { pageOfTwelve, twelve } from "./twelve-models.ts";

const folder = temporaryFolder();

/** What a legend shows of a name. */
type Key = Record<"figure" | "name" | "color" | "mark" | "dash", string>;

describe.skipIf(chromiumPath === null)("a page of twelve models", () => {
  let browser: Browser;
  let file = "";

  beforeAll(async () => {
    browser = await launch();
    file = await pageOfTwelve(folder);
  }, 120_000);

  afterAll(() => browser.close());

  it.each([1280, 1200, 390])("at %i pixels hides no column and no row behind an edge", async (width) => {
    const page = await drawnPage(browser, file, width);
    for (const summary of await page.$$("figure summary")) await summary.click();
    expect(await seen<string[]>(page, "hiddenCells")).toEqual([]);
    const rows = await page.$$eval("[aria-label='Models'] tbody tr", (all) => all.length);
    expect(rows).toBe(twelve.length);
    await page.close();
  });

  it.each([1280, 1200, 390])("at %i pixels no label lies on another", async (width) => {
    const page = await drawnPage(browser, file, width);
    expect(await seen<string[]>(page, "overlappingLabels")).toEqual([]);
    await page.close();
  });

  it("has one colour a model throughout, and tells models apart without any", async () => {
    const page = await drawnPage(browser, file, 1200);
    const keys = await seen<Key[]>(page, "keysOfFigures");
    const names = twelve.map(([name]) => name);
    for (const name of names) {
      const own = keys.filter((key) => key.name === name);
      expect(own.length, name).toBeGreaterThan(2);
      expect(new Set(own.map(({ color }) => color)).size, name).toBe(1);
      expect(new Set(own.map(({ mark }) => mark)).size, name).toBe(1);
    }
    const lines = keys.filter(({ figure }) => figure === "task-accuracy");
    expect(lines).toHaveLength(names.length);
    expect(new Set(lines.map(({ color }) => color)).size).toBe(names.length);
    expect(new Set(lines.map(({ mark, dash }) => `${mark} ${dash}`)).size).toBe(names.length);
    await page.close();
  });

  it("hides what is not wanted, and shows it again", async () => {
    const page = await drawnPage(browser, file, 1200);
    const count = () => page.$$eval("#task-accuracy .chart path", (all) => all.length);
    const all = await count();
    const button = page.locator("#task-accuracy .keys button", { hasText: "Qwen3-8B" });
    await button.click();
    await expect.poll(count).toBeLessThan(all);
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    await button.click();
    await expect.poll(count).toBe(all);
    await page.close();
  });

  it("says what was asked under its title, and leads to each section", async () => {
    const page = await drawnPage(browser, file, 1200);
    const asked = await page.textContent("header .asked");
    for (const text of [
      "dict-sum, 1 key a turn",
      "own",
      "format free",
      "dictionaries of 20 to ±99",
      "20 rollouts of 40 turns",
    ])
      expect(asked).toContain(text);
    expect(asked).not.toContain("differs");
    const targets = await page.$$eval("nav a", (all) =>
      all.map((link) => link.getAttribute("href")?.slice(1)),
    );
    const sections = await page.$$eval("main > section", (all) => all.map(({ id }) => id));
    expect(targets).toEqual(sections);
    const prompt = await page.textContent("#prompt");
    expect(prompt).toContain("You keep a running total");
    await page.close();
  });

  it("is one file", () => {
    expect(readFileSync(file, "utf8")).not.toMatch(/(?:src|href)="?https?:/);
  });
});

describe.skipIf(chromiumPath === null)("a table of many columns", () => {
  let browser: Browser;
  const [db, file] = [join(folder, "unlike.db"), join(folder, "unlike.html")];

  beforeAll(async () => {
    browser = await launch();
    const shape = ["--rollouts", "20", "--db", db, "--quiet"];
    const engine = ["run", "--engine", "scripted:p=0.97,parameters=300000000", "--confidence", "top2"];
    const other = [
      "--keys-per-turn",
      "3",
      "--dictionary-size",
      "40",
      "--value-max",
      "50",
      "--values",
      "free",
    ];
    const more = [
      "--shots",
      "2",
      "--burn-in",
      "2",
      "--start",
      "random",
      "--shared-dictionary",
      "--turns",
      "30",
    ];
    await commandLine([...engine, "--name", "usual", "--turns", "20", ...shape], db);
    await commandLine([...engine, "--name", "another", ...other, ...more, ...shape], db);
    const report = ["report", "usual", "another", "--across", "--horizons", "0.5,0.8,0.95", "-o", file];
    const { code, stderr } = await commandLine(report, db);
    if (code !== 0) throw new Error(stderr);
  }, 60_000);

  afterAll(() => browser.close());

  it.each([1280, 1200, 1000, 390])("at %i pixels shows them all", async (width) => {
    const { page } = await open(browser, file, { width });
    const cells = await page.$$eval("[aria-label^='Models'] tbody tr:first-child td", (all) =>
      all.map((cell) => cell.getAttribute("data-column")),
    );
    for (const column of [
      "keys per turn",
      "value max",
      "burn in",
      "turns",
      "H50 in steps",
      "decode tokens/s",
    ])
      expect(cells).toContain(column);
    expect(cells.length).toBeGreaterThan(14);
    const first = await page.$$eval("[aria-label='Models'] tbody tr:first-child td", (all) =>
      all.map((cell) => cell.getAttribute("data-column")),
    );
    expect(first.filter((column) => column?.startsWith("H"))).toEqual([
      "H50 in steps",
      "H80 in steps",
      "H95 in steps",
    ]);
    const broken = await page.$$eval(".transcript .said bdi", (all) =>
      all.filter((one) => one.getClientRects().length > 1).map((one) => one.textContent),
    );
    expect(broken).toEqual([]);
    expect(await seen<string[]>(page, "hiddenCells")).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    await page.close();
  });
});

async function drawnPage(browser: Browser, file: string, width: number): Promise<Page> {
  const { page } = await open(browser, file, { width });
  for (const figure of await page.$$("figure")) {
    await figure.scrollIntoViewIfNeeded();
    await figure.waitForSelector(".chart svg");
  }
  return page;
}

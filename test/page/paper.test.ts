import { inflateSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../cli/longhaul.ts";
import { axeViolations, chromiumPath, launch, open, seen } from "./browser.ts";
import { pageOfTwelve } from "./twelve-models.ts";

const folder = temporaryFolder();

/** How many marks of each colour a figure has. */
interface Drawn {
  readonly figure: string;
  readonly colors: Readonly<Record<string, number>>;
}

describe.skipIf(chromiumPath === null)("the page on paper", () => {
  let browser: Browser;
  let file = "";

  beforeAll(async () => {
    browser = await launch();
    file = await pageOfTwelve(folder);
  }, 120_000);

  afterAll(() => browser.close());

  it("is saved with every chart, though none was scrolled to, in the colours of paper", async () => {
    const { page } = await open(browser, file, { colorScheme: "dark" });
    const pdf = await page.pdf({ format: "A4", printBackground: true });
    const printed = paintedBy(pdf);
    await page.emulateMedia({ media: "print" });
    const figures = await page.$$eval("figure", (all) => all.map(({ id }) => id));
    await expect.poll(() => page.$$eval(".paper svg", (all) => all.length)).toBe(figures.length);
    const drawn = await seen<Drawn[]>(page, "marksOnPaper");
    expect(figures.length).toBeGreaterThan(5);
    expect(drawn.map(({ figure }) => figure)).toEqual(figures);
    // A model's line or point at the least, its interval, and its mark in the legend.
    for (const { figure, colors } of drawn) {
      const series = Object.keys(colors).filter((color) => isSeries(color));
      expect(series.length, figure).toBeGreaterThan(0);
    }
    const wanted = new Map<string, number>();
    for (const { colors } of drawn)
      for (const [color, marks] of Object.entries(colors).filter(([one]) => isSeries(one)))
        wanted.set(color, (wanted.get(color) ?? 0) + marks);
    expect(wanted.size).toBeGreaterThanOrEqual(12);
    for (const [color, marks] of wanted) expect(printed.get(color) ?? 0, color).toBeGreaterThanOrEqual(marks);
    expect(printed.get("#161616")).toBeUndefined();
    await page.close();
  });

  it("fits the paper, hides no figure, and axe finds nothing", async () => {
    const { page } = await open(browser, file, { width: 690, colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    await expect.poll(() => page.$$eval(".paper svg", (all) => all.length)).toBeGreaterThan(5);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    expect(await page.$$eval("details:not([open]) .paper svg", (all) => all.length)).toBe(0);
    const widths = await page.$$eval(".paper svg", (all) =>
      all.map((one) => one.getBoundingClientRect().width),
    );
    expect(Math.min(...widths)).toBeGreaterThan(600);
    expect(await seen<string[]>(page, "overlappingLabels")).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
    await page.close();
  });
});

/** Neither black, white nor grey of axes. */
function isSeries(color: string): boolean {
  const [red = "", green, blue] = color.match(/[0-9a-f]{2}/g) ?? [];
  return red !== green || green !== blue || red === "7f";
}

/** How many paths the pages of a PDF paint in each colour. */
function paintedBy(pdf: Buffer): Map<string, number> {
  const painted = new Map<string, number>();
  for (const content of streamsOf(pdf)) {
    let [fill, stroke] = ["", ""];
    for (const line of content.split("\n")) {
      const color = /^([\d.]+) ([\d.]+) ([\d.]+) RG ([\d.]+) ([\d.]+) ([\d.]+) rg$/.exec(line);
      if (color !== null) [stroke, fill] = [hexOf(color.slice(1, 4)), hexOf(color.slice(4, 7))];
      const used = /^[Ss]$/.test(line) ? stroke : /^[fF]\*?$/.test(line) ? fill : null;
      if (used !== null) painted.set(used, (painted.get(used) ?? 0) + 1);
    }
  }
  return painted;
}

function hexOf(parts: readonly string[]): string {
  const bytes = parts.map((part) =>
    Math.round(255 * Number(part))
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${bytes.join("")}`;
}

function* streamsOf(pdf: Buffer): Generator<string> {
  const text = pdf.toString("latin1");
  for (const { index, 0: begin } of text.matchAll(/stream\r?\n/g)) {
    const from = index + begin.length;
    try {
      yield inflateSync(pdf.subarray(from, text.indexOf("endstream", from))).toString("latin1");
    } catch {
      // A stream that is not deflated holds no page.
    }
  }
}

/**
 * What `longhaul report` costs on files of 10,000, 100,000 and 1,000,000 turn rows: time and peak memory of the built
 * command line, the page's size, and how long a browser takes from opening the page to its first view. Medians of three.
 * usage: npm run build && npx tsx bench/scale/report-cost.ts [/usr/bin/chromium]
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { makeFile } from "./made-file.ts";
import { measureThrice } from "./measured.ts";

const browserPath = process.argv[2] ?? "/usr/bin/chromium";
const folder = mkdtempSync(join(tmpdir(), "longhaul-report-"));

/** From the start of navigation to the frame in which the verdict and its table are there. */
async function firstViewMs(page: string): Promise<number> {
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  try {
    const times: number[] = [];
    for (let time = 0; time < 3; time++) {
      const tab = await browser.newPage();
      await tab.goto(`file://${page}`);
      await tab.waitForFunction("performance.getEntriesByName('first-view').length > 0");
      times.push(Number(await tab.evaluate("performance.getEntriesByName('first-view')[0].startTime")));
      await tab.close();
    }
    return times.toSorted((a, b) => a - b)[1] ?? Number.NaN;
  } finally {
    await browser.close();
  }
}

const rows: string[] = [];
for (const count of [10_000, 100_000, 1_000_000]) {
  const path = join(folder, `${count}.db`);
  const page = join(folder, `${count}.html`);
  makeFile(path, count);
  const { ms, bytes } = measureThrice(folder, ["report", "--db", path, "-o", page]);
  const cells = [
    count.toLocaleString("en"),
    `${(ms / 1000).toFixed(2)} s`,
    `${(bytes / 1e6).toFixed(0)} MB`,
    `${(statSync(page).size / 1e6).toFixed(2)} MB`,
    `${(await firstViewMs(page)).toFixed(0)} ms`,
  ];
  rows.push(`| ${cells.join(" | ")} |`);
}
const text = [
  "Ten runs of 50 turns a rollout in one file, all on one page.",
  "",
  "| turn rows | time | memory | page | first view |",
  "|--:|--:|--:|--:|--:|",
  ...rows,
  "",
].join("\n");
mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
writeFileSync(join(import.meta.dirname, "results", "report-cost.md"), text);
process.stdout.write(text);
rmSync(folder, { recursive: true, force: true });

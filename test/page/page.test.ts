import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompareDocument } from "../../src/report/compare/schema.ts";
import { longhaul, temporaryFolder } from "../cli/longhaul.ts";
import { chromiumPath, launch, open } from "./browser.ts";

const folder = temporaryFolder();
const db = join(folder, "page.db");
const file = join(folder, "report.html");
const suite = new URL("../../bench/suites/quick.yaml", import.meta.url).pathname;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(chromiumPath === null)("the page in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
    const only = ["--only", "degradation,self-conditioning,mitigations", "--db", db, "--quiet"];
    await longhaul("suite", "run", suite, "scripted:p=0.95,conditioning=2", ...only);
    for (const [name, script] of [
      ["good", "p=0.985,seed=3"],
      ["bad <b>&", "p=0.9,format=0.02,seed=4"],
    ] as const) {
      const shape = ["--rollouts", "60", "--turns", "50", "--db", db, "--quiet"];
      await longhaul("run", "--engine", `scripted:${script}`, "--name", name, ...shape);
    }
    const made = await longhaul("report", "--db", db, "-o", file, "--title", "Good & bad");
    expect(made.stderr).toBe("");
    expect(made.code).toBe(0);
  }, 120_000);

  afterAll(() => browser.close());

  it("opens from the disk, asks for nothing and says nothing on the console", async () => {
    const { page, messages, requests } = await open(browser, file);
    for (const figure of await page.$$("figure")) await figure.scrollIntoViewIfNeeded();
    await page.waitForTimeout(200);
    expect(messages).toEqual([]);
    expect(requests).toEqual([`file://${file}`]);
    expect(await page.title()).toBe("Good & bad");
    await page.close();
  });

  it("has every section that there is data for, and draws every figure", async () => {
    const { page } = await open(browser, file);
    const sections = await page.$$eval("main > section", (all) => all.map(({ id }) => id));
    expect(sections).toEqual([
      "verdict",
      "how-far",
      "size",
      "why",
      "how-fast",
      "suite-quick",
      "transcripts",
      "provenance",
    ]);
    for (const figure of await page.$$("figure")) {
      await figure.scrollIntoViewIfNeeded();
      await figure.waitForSelector("svg");
    }
    expect((await page.$$("figure svg")).length).toBe((await page.$$("figure")).length);
    await page.close();
  });

  it("shows the numbers of compare --json, and saves them", async () => {
    const compared = await longhaul("compare", "good", "bad <b>&", "--db", db, "--json");
    const { groups, verdict } = JSON.parse(compared.stdout) as CompareDocument;
    const { page } = await open(browser, file);
    expect(await page.textContent(".verdict")).toBe(verdict);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("#task-accuracy button:has-text('CSV')"),
    ]);
    const lines = readFileSync(await download.path(), "utf8")
      .split("\r\n")
      .slice(1);
    const points = lines.map((line) => line.split(",").slice(-4).map(Number));
    expect(points).toEqual(
      groups.flatMap(({ taskAccuracy }) =>
        taskAccuracy.map(({ turn, accuracy, low, high }) => [turn, accuracy, low, high]),
      ),
    );
    const [svg] = await Promise.all([
      page.waitForEvent("download"),
      page.click("#task-accuracy button:has-text('SVG')"),
    ]);
    const drawn = readFileSync(await svg.path(), "utf8");
    expect(drawn).toMatch(/^<svg/);
    expect(drawn).toContain("good");
    await page.close();
  });

  it("answers to the mouse and to the keyboard", async () => {
    const { page } = await open(browser, file);
    const chart = page.locator("#task-accuracy .chart");
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    const before = await chart.innerText();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 150);
    await page.waitForTimeout(300);
    expect(await chart.innerHTML()).not.toBe(before);
    await page.focus("#task-accuracy summary");
    await page.keyboard.press("Enter");
    expect(await page.isVisible("#task-accuracy table")).toBe(true);
    await page.focus("#rollout");
    const first = await page.textContent(".transcript tbody td");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.textContent(".transcript tbody td")).not.toBe(first);
    expect(page.url()).toMatch(/#\d+\/\d+$/);
    await page.close();
  });

  it("leads straight to a turn, and offers the first slips first", async () => {
    const { page } = await open(browser, file);
    const options = await page.$$eval("#rollout option", (all) => all.map((option) => option.textContent));
    const firsts = options
      .filter((text) => text?.includes("bad"))
      .map((text) => Number(/turn (\d+)/.exec(text ?? "")?.[1] ?? Number.POSITIVE_INFINITY));
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    await page.close();
    const value = (/run (\d+), .*rollout (\d+)/.exec(options[0] ?? "")?.slice(1) ?? []).join("/");
    const linked = await open(browser, file, { hash: `#${value}/7` });
    expect(await linked.page.getAttribute("#turn-7", "class")).toContain("marked");
    await linked.page.close();
  });

  it.each([
    ["light", 1100],
    ["dark", 1100],
    ["light", 390],
    ["dark", 390],
  ] as const)("in %s at %i pixels nothing overflows, and axe finds nothing", async (colorScheme, width) => {
    const { page } = await open(browser, file, { colorScheme, width });
    for (const figure of await page.$$("figure")) await figure.scrollIntoViewIfNeeded();
    for (const summary of await page.$$("figure summary")) await summary.click();
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { violations: found } = await (
        globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe.run();
      return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
    });
    expect(violations).toEqual([]);
    await page.close();
  });

  it("takes a hostile transcript for text", async () => {
    const hostile = join(folder, "hostile.db");
    const name = "</script><script>alert(1)</script>";
    await longhaul(
      "run",
      "--engine",
      "scripted:p=0.9",
      "--name",
      name,
      "--rollouts",
      "4",
      "--turns",
      "6",
      "--db",
      hostile,
      "--quiet",
    );
    const said = "</script><img src=x onerror=alert(2)><b>bold</b>\u202e\u0007\u2028<!-- <answer>1</answer>";
    const database = new Sqlite(hostile);
    database.prepare("UPDATE turn SET text = ?").run(said);
    database.close();
    const page1 = join(folder, "hostile.html");
    await longhaul("report", "--db", hostile, "-o", page1, "--title", name);
    const { page, messages, requests } = await open(browser, page1);
    expect(messages).toEqual([]);
    expect(requests).toEqual([`file://${page1}`]);
    const shown = await page.textContent(".said bdi");
    expect(shown).toContain("</script><img src=x onerror=alert(2)><b>bold</b>");
    expect(shown).not.toMatch(/[\u202e\u0007\u2028]/);
    expect(await page.$("img, b, main script")).toBeNull();
    await page.close();
  });
});

describe("longhaul report", () => {
  it("refuses a file without runs, and a place that cannot be written, with what to do", async () => {
    const empty = join(folder, "empty.db");
    await longhaul("suite", "plan", suite, "scripted:p=1", "--db", empty);
    const none = await longhaul("report", "--db", empty);
    expect(none.code).toBe(2);
    const full = join(folder, "some.db");
    await longhaul(
      "run",
      "--engine",
      "scripted:p=0.9",
      "--turns",
      "4",
      "--rollouts",
      "3",
      "--db",
      full,
      "--quiet",
    );
    const nowhere = await longhaul("report", "--db", full, "-o", "/nowhere/at/all.html");
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain("--output /nowhere/at/all.html");
    const markdown = await longhaul("report", "--db", full, "--markdown");
    expect(markdown.stdout).toContain("|");
  });

  it("draws its figures without a browser, and names those there are", async () => {
    const some = join(folder, "svg.db");
    await longhaul(
      "run",
      "--engine",
      "scripted:p=0.9",
      "--turns",
      "8",
      "--rollouts",
      "9",
      "--db",
      some,
      "--quiet",
    );
    const svg = await longhaul("export", "1", "--svg", "task-accuracy", "--db", some);
    expect(svg.stdout).toMatch(/^<svg.*<\/svg>/s);
    const none = await longhaul("export", "1", "--svg", "nothing", "--db", some);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("They have task-accuracy, turn-accuracy");
  });

  it("holds no path of this machine", async () => {
    const local = join(folder, "paths.db");
    await longhaul(
      "run",
      "--rollouts",
      "2",
      "--turns",
      "3",
      "--parallel",
      "2",
      "--threads",
      "1",
      "--db",
      local,
      "--quiet",
    );
    const page1 = join(folder, "paths.html");
    await longhaul("report", "--db", local, "-o", page1);
    const data =
      /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(readFileSync(page1, "utf8"))?.[1] ??
      "";
    expect(data).toContain("longhaul-ref-early.gguf");
    expect(data).not.toContain(folder);
    expect(data).not.toContain("/models/");
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompareDocument } from "../../src/figures/compare-schema.ts";
import { longhaul, temporaryFolder } from "../cli/longhaul.ts";
import { axeViolations, chromiumPath, launch, open } from "./browser.ts";

const folder = temporaryFolder();
const db = join(folder, "page.db");
const file = join(folder, "report.html");
const suite = new URL("../../bench/suites/quick.yaml", import.meta.url).pathname;
const early = new URL("../../models/longhaul-ref-early.gguf", import.meta.url).pathname;

describe.skipIf(chromiumPath === null)("the page in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
    const only = ["--only", "degradation,self-conditioning,mitigations", "--db", db, "--quiet"];
    await longhaul("suite", "run", suite, "scripted:p=0.95,conditioning=2", ...only);
    for (const [name, script] of [
      ["good", "p=0.985,seed=3"],
      ["bad <b>&", "p=0.9,format=0.02,after-slip-repeat=0.5,seed=4"],
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
      "conclusion",
      "how-far",
      "headline-sheet",
      "findings-quick",
      "why",
      "how-fast",
      "suite-quick",
      "prompt",
      "transcripts",
      "provenance",
    ]);
    for (const figure of await page.$$("figure")) {
      await figure.scrollIntoViewIfNeeded();
      await figure.waitForSelector(".chart svg");
    }
    expect((await page.$$("figure .chart svg")).length).toBe((await page.$$("figure")).length);
    await page.close();
  });

  it("shows the numbers of compare --json, and saves them", async () => {
    const compared = await longhaul("compare", "good", "bad <b>&", "--db", db, "--json");
    const { groups, verdict } = JSON.parse(compared.stdout) as CompareDocument;
    const { page } = await open(browser, file);
    expect(await page.textContent(".conclusion")).toBe(verdict);
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

  it("has the horizons that were asked for in its tables, as compare has them", async () => {
    const strict = join(folder, "strict.html");
    await longhaul("report", "--horizons", "0.6,0.95", "--db", db, "-o", strict);
    const { page } = await open(browser, strict);
    const [titles = [], ...rows] = await page.$$eval("#conclusion tr", (all) =>
      all.map((row) => [...row.children].map(({ textContent }) => textContent.replaceAll("\u00a0", " "))),
    );
    expect(titles.filter((title) => title.startsWith("H"))).toEqual(["H60 (95 %)", "H95 (95 %)"]);
    const told = await longhaul("compare", "--suite", "all", "--horizons", "0.6,0.95", "--db", db);
    for (const row of rows) expect(told.stdout).toContain(row[titles.indexOf("H95 (95 %)")]);
    expect(await page.textContent("#suite-quick")).toContain("H95");
    await page.close();
  });

  it("tells what comes after the first slip, as compare does, and what slips fit beside chance", async () => {
    const compared = await longhaul("compare", "good", "bad <b>&", "--db", db, "--json", "--metric", "slips");
    const { groups } = JSON.parse(compared.stdout) as CompareDocument;
    const { page } = await open(browser, file);
    const rows = await page.$$eval("[aria-label='After the first slip'] tbody tr", (all) =>
      all.map((row) => row.textContent ?? ""),
    );
    expect(rows).toHaveLength(2);
    for (const { label, afterSlip } of groups) {
      const row = rows.find((text) => text.startsWith(label)) ?? "";
      expect(row).toContain(`${afterSlip?.slipped} of ${afterSlip?.rollouts}`);
      expect(row).toContain(`${afterSlip?.neverRight.correct} of ${afterSlip?.neverRight.n}`);
      expect(await page.textContent("#why")).toContain(`${label}: ${afterSlip?.finding}`);
    }
    const head = await page.$$eval("[aria-label='What wrong numbers fit'] th[scope=col]", (all) =>
      all.map((cell) => cell.textContent),
    );
    expect(head).toContain("by chance");
    await page.close();
  });

  it("draws no conclusion on rows that were asked different things, and draws them on no common axis", async () => {
    const unlike = join(folder, "unlike.db");
    const shape = ["--rollouts", "30", "--turns", "20", "--db", unlike, "--quiet"];
    await longhaul("run", "--engine", "scripted:p=0.985", "--name", "one", ...shape);
    await longhaul(
      "run",
      "--engine",
      "scripted:p=0.985",
      "--name",
      "many",
      "--keys-per-turn",
      "12",
      ...shape,
    );
    const made = join(folder, "unlike.html");
    await longhaul("report", "one", "many", "--db", unlike, "-o", made);
    const { page } = await open(browser, made);
    const verdict = await page.textContent("#conclusion");
    expect(verdict).toContain("Not compared");
    expect(verdict).toContain("keys per turn");
    expect(verdict).not.toMatch(/goes further|times as far/);
    expect(await page.$("#pareto")).toBeNull();
    const sheets = await page.$$eval("#headline-sheet figure", (all) => all.map(({ id }) => id));
    expect(sheets).toEqual(["illusion", "illusion-2"]);
    await page.close();
  });

  it("sets two types of KV cache of one file against each other by their own pair", async () => {
    const caches = join(folder, "caches.db");
    const shape = ["--rollouts", "12", "--turns", "12", "--parallel", "6", "--threads", "1", "--db", caches];
    for (const type of ["f16", "q8_0"])
      await longhaul("run", early, "--kv-type-k", type, "--kv-type-v", type, ...shape, "--quiet");
    const made = join(folder, "caches.html");
    await longhaul("report", "--db", caches, "-o", made);
    const { stdout } = await longhaul("compare", "--db", caches, "--json");
    const { pairs } = JSON.parse(stdout) as CompareDocument;
    const mean = Math.abs(pairs[0]?.meanTurnsDifference?.mean ?? 0);
    const { page } = await open(browser, made);
    const rows = await page.$$eval("#quantization > table tbody tr", (all) =>
      all.map((row) => row.textContent ?? ""),
    );
    expect(rows).toHaveLength(2);
    // The one behind: its mean turns less those of the other.
    expect(rows[1]).toContain(`${mean === 0 ? "" : "\u2212"}${mean.toFixed(1)} (`);
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
    expect(await axeViolations(page)).toEqual([]);
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
    expect(none.stderr).toContain("They have illusion, task-accuracy, turn-accuracy");
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

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finished, longhaul, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();

/** Finished turns that the page counts. */
function turnsIn(file: string): number {
  const html = readFileSync(file, "utf8");
  expect(html.trimEnd().endsWith("</html>")).toBe(true);
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  const document = JSON.parse(data) as { comparison: { groups: { overallTurnAccuracy: { n: number } }[] } };
  return document.comparison.groups[0]?.overallTurnAccuracy.n ?? 0;
}

const slow = ["run", "--engine", "scripted:p=0.97,delay-ms=150", "--rollouts", "10", "--quiet"];

describe("a page that goes along with a run", () => {
  it("grows, loads itself again only when asked, and stops doing so when the run is over", async () => {
    const [db, page] = [join(folder, "live.db"), join(folder, "live.html")];
    const child = start([...slow, "--turns", "70", "--db", db, "--report", page, "--live"]);
    const seen: number[] = [];
    while (child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (!existsSync(page) || child.exitCode !== null) continue;
      if (!readFileSync(page, "utf8").includes('http-equiv="refresh"')) continue;
      const turns = turnsIn(page);
      if (turns !== seen.at(-1)) seen.push(turns);
    }
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(turnsIn(page)).toBe(700);
    expect(readFileSync(page, "utf8")).not.toContain('http-equiv="refresh"');
  }, 60_000);

  it("is whole when the run is killed, and the run's turns are there", async () => {
    const [db, page] = [join(folder, "killed.db"), join(folder, "killed.html")];
    const child = start([...slow, "--turns", "400", "--db", db, "--report", page]);
    const ended = finished(child);
    while (!existsSync(page)) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill("SIGKILL");
    await ended;
    expect(turnsIn(page)).toBeGreaterThan(0);
    expect(readdirSync(folder).filter((name) => name === "killed.html")).toHaveLength(1);
    const shown = await longhaul("show", "1", "--db", db);
    expect(shown.stdout).toContain("interrupted");
  }, 60_000);

  it("takes no --live without a page", async () => {
    const { code, stderr } = await longhaul(
      "run",
      "--engine",
      "scripted:p=1",
      "--live",
      "--db",
      join(folder, "x.db"),
    );
    expect(code).toBe(2);
    expect(stderr).toContain("--report FILE");
  });
});

describe("a watched run", () => {
  it("shows the first rollout as it happens: keys, answer, and a mark at the slip", async () => {
    const db = join(folder, "watch.db");
    const { stderr, stdout, code } = await longhaul(
      "run",
      "--engine",
      "scripted:p=0.7,seed=2",
      "--watch",
      "--turns",
      "12",
      "--rollouts",
      "3",
      "--db",
      db,
    );
    expect(code).toBe(0);
    const lines = stderr.split("\n").filter((line) => line.startsWith("turn "));
    expect(lines).toHaveLength(12);
    const shown = await longhaul("show", "1", "--rollout", "0", "--db", db, "--json");
    const turns = JSON.parse(shown.stdout) as {
      keys: string[];
      text: string;
      class: string;
      expected: number;
    }[];
    for (const [index, turn] of turns.entries()) {
      expect(lines[index]).toContain(turn.keys.join(", "));
      expect(lines[index]).toContain(turn.text);
      expect(lines[index]?.includes("✗")).toBe(turn.class !== "right");
      if (turn.class !== "right") expect(lines[index]).toContain(`expected ${turn.expected}`);
    }
    expect(stdout).toContain("See it as a page");
  });
});

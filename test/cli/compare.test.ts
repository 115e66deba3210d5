import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { PowerDocument } from "../../src/report/power.ts";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { longhaul } from "./in-process.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "compare.db");
const other = join(folder, "other.db");

async function run(file: string, spec: string, ...flags: readonly string[]): Promise<void> {
  const shape = ["--rollouts", "100", "--turns", "40", "--quiet"];
  const { code, stderr } = await longhaul(
    "run",
    "--engine",
    `scripted:${spec}`,
    ...shape,
    "--db",
    file,
    ...flags,
  );
  expect(stderr).toBe("");
  expect(code).toBe(0);
}

async function compare(...args: readonly string[]) {
  const { code, stdout, stderr } = await longhaul("compare", ...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return compareSchema.parse(JSON.parse(stdout));
}

beforeAll(async () => {
  await run(db, "p=0.98,seed=5", "--name", "good");
  await run(db, "p=0.9,seed=6", "--name", "bad");
  await run(db, "p=0.9,seed=7", "--name", "alike");
  await run(db, "p=0.9,seed=8", "--name", "two keys", "--keys-per-turn", "2");
}, 60_000);

describe("longhaul compare", () => {
  it("says which goes further, by how much and with what certainty, on paired rollouts", async () => {
    const { groups, pairs, verdict } = await compare("good", "bad", "--db", db);
    expect(groups.map(({ label }) => label)).toEqual(["good", "bad"]);
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ ahead: "good", behind: "bad", pairedRollouts: 100, isShown: true });
    // H50 is 35 for p = 0.98 and 7 for p = 0.9.
    const ratio = pairs[0]?.ratio;
    expect(ratio?.low).toBeLessThan(5);
    expect(ratio?.high ?? Number.POSITIVE_INFINITY).toBeGreaterThan(5);
    expect(pairs[0]?.meanTurnsDifference?.low).toBeGreaterThan(0);
    expect(pairs[0]?.mcNemar?.pValue).toBeLessThan(0.01);
    expect(verdict).toMatch(
      /^good goes further than bad: H50 .* against \d+ turns, .* \(log-rank test on 100 paired rollouts, p < 0\.0001\)\.$/,
    );
  });

  it("tells how slips came about, beside what chance would give", async () => {
    const { groups } = await compare("bad", "--db", db, "--metric", "slips");
    const slips = groups[0]?.slips;
    expect(slips?.slips).toBe(groups[0]?.outcomes.wrong_number);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(slips?.kinds.map(({ correct }) => correct) ?? [])).toBe(slips?.slips);
    expect(sum(slips?.kinds.map(({ chance }) => chance) ?? [])).toBeCloseTo(1, 6);
    const shown = await longhaul("show", "2", "--rollout", "0", "--db", db, "--json");
    const turns = JSON.parse(shown.stdout) as { class: string; slip: string | null }[];
    for (const turn of turns) expect(turn.slip === null).toBe(turn.class !== "wrong_number");
  });

  it("claims nothing between models alike", async () => {
    const { pairs, verdict } = await compare("bad", "alike", "--db", db);
    expect(pairs[0]?.isShown).toBe(false);
    expect(verdict).toMatch(
      /^No difference shown between \w+ and \w+ in how far they get \(log-rank test on 100 paired rollouts, p = 0\.\d+\): at turn 40 .* of the rollouts are without an error\.$/,
    );
  });

  it("takes the newest run and what compares with it where none is named, and says what it left out", async () => {
    const { groups, notes } = await compare("--db", db);
    expect(groups.map(({ label }) => label)).toEqual(["two keys"]);
    expect(notes[0]).toMatch(/^3 runs left out: of other settings/);
  });

  it("refuses what is not the same question, unless asked to go across", async () => {
    const refused = await longhaul("compare", "good", "two keys", "--db", db);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("keysPerTurn (1, 2)");
    const { notes, pairs } = await compare("good", "two keys", "--db", db, "--across", "--by", "setting");
    expect(notes.join()).toContain("keysPerTurn (1, 2)");
    expect(pairs[0]?.pairedRollouts).toBe(0);
  });

  it("compares all with a baseline, with Holm's correction over those pairs", async () => {
    const { pairs, verdict, baseline } = await compare(
      "good",
      "bad",
      "alike",
      "--db",
      db,
      "--baseline",
      "bad",
    );
    expect(baseline).toBe("bad");
    expect(pairs.map(({ ahead, behind }) => [ahead, behind].includes("bad"))).toEqual([true, true]);
    expect(verdict).toMatch(
      /^Against bad: good \(.*\) goes further; no difference shown from alike .*over 2 pairs\.$/,
    );
  });

  it("fails a build under a limit, and where a limit cannot be shown", async () => {
    const under = await longhaul("compare", "bad", "--db", db, "--fail-under", "h50=20,accuracy=0.5");
    expect(under.code).toBe(3);
    expect(under.stderr).toMatch(/^longhaul: --fail-under: bad: h50 is \d+, wanted 20\.\n$/);
    expect((await longhaul("compare", "good", "--db", db, "--fail-under", "h50.low=15")).code).toBe(0);
    const wrong = await longhaul("compare", "--db", db, "--fail-under", "h55=2");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("--fail-under h55=2: must be NAME=NUMBER");
  });

  it("gives the same measures for runs in two files as for their union in one", async () => {
    await run(other, "p=0.98,seed=5", "--name", "good", "--seed", "2");
    await run(db, "p=0.98,seed=5", "--name", "good", "--seed", "2");
    const apart = await compare("good", "--db", db, "--db", other, "--baseline", "compare:1");
    const union = await compare("good", "--db", db);
    expect(apart.groups[0]?.rollouts.counted).toBe(200);
    expect(apart.groups[0]?.taskAccuracy).toEqual(union.groups[0]?.taskAccuracy);
    expect(apart.groups[0]?.horizons).toEqual(union.groups[0]?.horizons);
    expect(apart.notes.join()).toMatch(/left out as repetitions: run (compare|other):\d \(/);
  });

  it("shows how fast rows decode by depth, a line for each bin, and the same numbers in JSON and CSV", async () => {
    const depth = ["compare", "good", "bad", "--db", db, "--metric", "depth"];
    const { depths = [] } = await compare("good", "bad", "--db", db, "--metric", "depth");
    expect(depths.map(({ label }) => label)).toEqual(["good", "bad"]);
    const [good] = depths;
    const bins = good?.bins ?? [];
    expect(bins.length).toBeGreaterThan(2);
    // One width for all, and each mean within its bin.
    expect(new Set(depths.flatMap((one) => one.bins.map(({ from, to }) => to - from))).size).toBe(1);
    expect(bins.every((bin) => bin.from <= (bin.depth ?? 0) && (bin.depth ?? 0) < bin.to)).toBe(true);
    const { stdout } = await longhaul(...depth);
    expect(stdout).toMatch(/tokens cached +decode t\/s +batch/);
    expect(stdout.match(/^good +\d/gm)).toHaveLength(bins.length);
    const csv = (await longhaul(...depth, "--csv")).stdout.trimEnd().split(/\r?\n/);
    const rates = csv.slice(1).map((line) => Number(line.split(",")[4]));
    expect(rates).toEqual(depths.flatMap((one) => one.bins.map((bin) => bin.decodeTokensPerSecond)));
    expect((await longhaul(...depth, "--markdown")).stdout).toContain("| simulated model | tokens cached |");
    expect((await compare("good", "bad", "--db", db)).depths).toBeUndefined();
  });

  it("shows every metric as table, Markdown and CSV", async () => {
    for (const metric of [
      "summary",
      "horizon",
      "accuracy",
      "outcomes",
      "speed",
      "decay",
      "self-conditioning",
    ]) {
      const { code, stdout, stderr } = await longhaul(
        "compare",
        "good",
        "bad",
        "--db",
        db,
        "--metric",
        metric,
      );
      expect(stderr).toBe("");
      expect(code).toBe(0);
      const lines = stdout.split("\n");
      expect(lines[1]).toMatch(/^good /);
      expect(lines[2]).toMatch(/^bad /);
      expect(stdout).not.toMatch(/NaN|undefined|Infinity/);
    }
    const markdown = await longhaul("compare", "good", "bad", "--db", db, "--markdown");
    expect(markdown.stdout).toMatch(/^\| simulated model \|/);
    const csv = (await longhaul("compare", "good", "bad", "--db", db, "--csv")).stdout
      .trimEnd()
      .split(/\r?\n/);
    expect(csv).toHaveLength(3);
    expect(csv[1]?.split(",")[0]).toBe("good");
  });

  it("finds the shape of the hazard that a scripted model has", async () => {
    await run(db, "p=0.97,seed=9", "--name", "constant", "--rollouts", "200");
    await run(db, "p=0.999,drift=-0.15,seed=9", "--name", "rising");
    await run(db, "p=0.8,drift=0.15,seed=9", "--name", "falling");
    const { groups } = await compare("constant", "rising", "falling", "--db", db, "--metric", "decay");
    const trends = Object.fromEntries(groups.map(({ label, decay }) => [label, decay?.weibull?.trend]));
    expect(trends).toEqual({ constant: "flat", rising: "rising", falling: "falling" });
  });

  it("tells self-conditioning of planted errors alone, all rates and seeds of a setting together", async () => {
    const planted: string[] = [];
    for (const rate of [0, 1])
      for (const seed of [8, 9]) {
        planted.push(`rate ${rate} seed ${seed}`);
        const history = `injected:rate=${rate},error=offset`;
        const asked = ["--name", planted.at(-1) ?? "", "--history", history, "--seed", String(seed)];
        await run(db, "p=0.95,conditioning=3,seed=8", ...asked);
      }
    await run(db, "p=0.95,conditioning=6,seed=9", "--name", "conditioned");
    const metric = ["--db", db, "--metric", "self-conditioning", "--across"];
    const own = await compare("conditioned", ...metric);
    expect(own.slopes).toEqual([]);
    expect(own.groups[0]?.conditioning?.slope).toBeNull();
    const { noneShown, errorsShown } = own.groups[0]?.conditioning ?? {};
    expect(errorsShown?.accuracy).toBeLessThan(noneShown?.accuracy ?? 0);
    const one = await compare(planted[0] ?? "", ...metric);
    expect(one.slopes).toMatchObject([{ slope: null, reason: "one_rate", effect: null, test: null }]);
    const all = await compare(...planted, ...metric);
    expect(all.slopes).toMatchObject([
      { kind: expect.stringContaining("offset"), effect: "fewer_right", reason: null },
    ]);
    const [told] = all.slopes ?? [];
    expect(Math.abs((told?.slope ?? 0) + 3)).toBeLessThan(1);
    expect(told?.high).toBeLessThan(0);
    // The same rollouts of two seeds are two instances.
    expect(told?.clusters).toBe(2 * (one.groups[0]?.rollouts.counted ?? 0));
    expect(told?.rates.map(({ rate }) => rate)).toEqual([0, 1]);
  });

  it("names a run that is not there", async () => {
    const { code, stderr } = await longhaul("compare", "nobody", "--db", db);
    expect(code).toBe(2);
    expect(stderr).toContain("compare nobody: no such run or model");
  });
});

describe("longhaul power", () => {
  it("tells how many rollouts it takes", async () => {
    const { code, stdout } = await longhaul(
      "power",
      "--h50",
      "20",
      "--ratio",
      "1.2",
      "--turns",
      "5000",
      "--json",
      "--db",
      db,
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: [{ turns: 5000, rollouts: 473 }] });
    const text = await longhaul("power", "--h50", "20", "--ratio", "1.2", "--db", db);
    expect(text.stdout).toContain("rollouts of each model");
  });

  it("counts dictionaries where rollouts share them, and refuses fewer than six", async () => {
    const size = ["power", "--h50", "20", "--ratio", "2", "--turns", "80", "--db", db];
    const own = JSON.parse((await longhaul(...size, "--json")).stdout) as PowerDocument;
    const shared = JSON.parse(
      (await longhaul(...size, "--dictionaries", "6", "--json")).stdout,
    ) as PowerDocument;
    expect(own).toMatchObject({ dictionaries: null, rows: [{ hasEnoughDictionaries: null }] });
    expect(shared).toMatchObject({ dictionaries: 6, rows: [{ hasEnoughDictionaries: false }] });
    expect(shared.rows[0]?.rollouts).toBe(own.rows[0]?.rollouts);
    const { code, stderr } = await longhaul(...size, "--dictionaries", "5");
    expect(code).toBe(2);
    expect(stderr).toContain("a study tells of these dictionaries alone");
  });

  it("refuses a ratio that is none", async () => {
    const { code, stderr } = await longhaul("power", "--h50", "20", "--ratio", "1");
    expect(code).toBe(2);
    expect(stderr).toContain("--ratio 1: must be a ratio above 0 other than 1");
  });
});

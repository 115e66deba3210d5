import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { finished, longhaul, temporaryFolder } from "../cli/longhaul.ts";
import { killHalfWay, playedIn, query, shellOf, turnsOf, untilInRun } from "./shares.ts";
import { bench, noExecutor, noSnakemake, program, workflow } from "./snakemake.ts";
import { asked, jobsEnd, type Slurm, startSlurm, whyNoSlurm } from "./slurm.ts";

const noSlurm = whyNoSlurm();
for (const reason of [noSnakemake ?? noExecutor, noSlurm])
  if (reason !== null) process.stderr.write(`Some tests of bench/cluster are skipped: ${reason}.\n`);

const folder = temporaryFolder();
const whole = join(folder, "whole.db");
const simulated = "scripted:p=0.9,delay-ms=2";
const shares = [1, 2, 3, 4];

/** Quick.yaml with as many conversations at a time everywhere: other batches may change the answers of a real model. */
function suiteOf(name: string, change: (suite: Suite) => Suite = (suite) => suite): string {
  const suite = change(parse(readFileSync(join(bench, "suites/quick.yaml"), "utf8")) as Suite);
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, stringify({ ...suite, defaults: { ...suite.defaults, parallel: 4 } }));
  return path;
}

interface Suite {
  readonly defaults: object;
  readonly experiments: readonly { readonly use: string }[];
}

function part(out: string, share: number): string {
  return join(folder, out, `share-${share}-of-4.db`);
}

/** Holds the merged file against the whole run's, and what had been played of a share that was killed against what it holds now. */
async function hold(all: string, asWhole: string): Promise<void> {
  expect(query(all, "SELECT DISTINCT status FROM run")).toEqual([{ status: "complete" }]);
  const [own, expected] = [turnsOf(all), turnsOf(asWhole)];
  expect(own.length).toBe(expected.length);
  expect(own.filter((turn, at) => turn !== expected[at]).slice(0, 3)).toEqual([]);
  const verified = await longhaul("verify", "--file", "--db", all);
  expect(verified).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("every page, reference and seal holds"),
  });
}

/** No turn of it was asked again. */
function holdKept(db: string, before: readonly string[]): void {
  const now = new Set(playedIn(db));
  expect(before.length).toBeGreaterThan(0);
  expect(before.filter((turn) => !now.has(turn))).toEqual([]);
  expect(query(db, "SELECT count(*) AS n FROM session")).toEqual([{ n: 1 }]);
}

describe("a suite in four shares", { timeout: 300_000 }, () => {
  let slurm: Slurm | null = null;
  let quick = "";
  beforeAll(async () => {
    if (noSnakemake !== null && noSlurm !== null) return;
    quick = suiteOf("quick");
    expect((await longhaul("suite", "run", quick, simulated, "--db", whole, "--quiet")).code).toBe(0);
    if (noSlurm === null) slurm = await startSlurm(join(folder, "slurm"));
  }, 300_000);
  afterAll(() => slurm?.stop());

  it.skipIf(noSnakemake !== null)("by Snakemake on this machine, one killed half-way", async () => {
    const end = finished(workflow(folder, { suite: quick, models: simulated, out: join(folder, "local") }));
    const before = await killHalfWay(part("local", 2), 300);
    expect(await end).toMatchObject({ code: 0 });
    await hold(join(folder, "local/all.db"), whole);
    holdKept(part("local", 2), before);
  });

  it.skipIf(noSnakemake !== null)("by Snakemake with the reference models, one killed half-way", async () => {
    const suite = suiteOf("small", ({ experiments, ...rest }) => ({
      ...rest,
      defaults: { turns: 10, rollouts: 16, threads: 1 },
      experiments: experiments.flatMap(({ use }) => (use === "horizon" ? [{ use }] : [])),
    }));
    const models = ["early", "late"].map((name) => resolve(bench, `../models/longhaul-ref-${name}.gguf`));
    const asWhole = join(folder, "small.db");
    expect((await longhaul("suite", "run", suite, ...models, "--db", asWhole, "--quiet")).code).toBe(0);
    const end = finished(workflow(folder, { suite, models: models.join(" "), out: join(folder, "small") }));
    const before = await killHalfWay(part("small", 2), 12);
    expect(await end).toMatchObject({ code: 0 });
    await hold(join(folder, "small/all.db"), asWhole);
    holdKept(part("small", 2), before);
  });

  it.skipIf((noSnakemake ?? noExecutor ?? noSlurm) !== null)(
    "by Snakemake through Slurm, one killed half-way",
    async () => {
      const flags = ["--executor", "slurm", "--slurm-status-command", "squeue", "--slurm-no-account"];
      const config = { suite: quick, models: simulated, out: join(folder, "through") };
      const end = finished(
        workflow(folder, config, ...flags, "--slurm-init-seconds-before-status-checks", "2"),
      );
      const before = await killHalfWay(part("through", 2), 300);
      expect(await end).toMatchObject({ code: 0 });
      await hold(join(folder, "through/all.db"), whole);
      holdKept(part("through", 2), before);
    },
  );

  it.skipIf(noSlurm !== null)("by a job array, one killed and one told to stop half-way", async () => {
    const out = join(folder, "array");
    const env = { SUITE: quick, MODELS: simulated, SHARES: "4", OUT: out, LONGHAUL: program };
    const sbatch = (...args: readonly string[]): string =>
      spawnSync("sbatch", ["--parsable", ...args], {
        cwd: folder,
        env: { ...process.env, ...env },
        encoding: "utf8",
      }).stdout.trim();
    const job = sbatch(
      ...["--array=1-4", "--cpus-per-task=1", "--mem=600"],
      join(bench, "cluster/job-array.sh"),
    );
    const merge = `${program} merge ${shares.map((share) => `${out}/share-${share}.db`).join(" ")} -o ${out}/all.db`;
    sbatch("--mem=600", `--dependency=afterok:${job}`, "--wrap", merge);
    const [stopped, killed] = [join(out, "share-1.db"), join(out, "share-2.db")];
    await untilInRun(stopped, 300);
    // As Slurm does before the time is up. (scancel would go on to signal the job that is queued again.)
    process.kill(shellOf(stopped), "SIGTERM");
    const before = await killHalfWay(killed, 300);
    await jobsEnd(() => {
      // Queued again, they wait two minutes.
      for (const waiting of asked("squeue", "-h", "-r", "-t", "PD", "-o", "%i %r").matchAll(
        /^(\S+) BeginTime$/gm,
      ))
        asked("scontrol", "update", `jobid=${waiting[1]}`, "StartTime=now");
    });
    await hold(join(out, "all.db"), whole);
    holdKept(killed, before);
    expect(query(stopped, "SELECT count(*) AS n FROM session")).toEqual([{ n: 1 }]);
    expect(readFileSync(join(folder, "longhaul-1.log"), "utf8")).toContain("share 1: stopped with 75");
  });
});

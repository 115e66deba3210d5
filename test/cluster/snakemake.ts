import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { main } from "../cli/longhaul.ts";

const snakemake = process.env["LONGHAUL_SNAKEMAKE"] ?? "snakemake";
const help = spawnSync(snakemake, ["--help"], { encoding: "utf8" }).stdout ?? "";

/** Why there is none; null: there is. */
export const noSnakemake = help === "" ? "no snakemake found (LONGHAUL_SNAKEMAKE names another place)" : null;
export const noExecutor = help.includes("--slurm-") ? null : "no snakemake-executor-plugin-slurm found";

export const bench = resolve(import.meta.dirname, "../../bench");
/** The built program as schedulers' files have it. */
export const program = `${process.execPath} ${main}`;

/** Begins the workflow of bench/cluster. @param config of its Snakefile; `out` is absolute @param flags of Snakemake */
export function workflow(
  cwd: string,
  config: Readonly<Record<string, string | number>>,
  ...flags: readonly string[]
): ChildProcess {
  const given = { longhaul: program, cpus: 1, mem_mb: 600, ...config };
  const words = Object.entries(given).map(([name, value]) => `${name}=${value}`);
  const args = [
    "-s",
    resolve(bench, "cluster/Snakefile"),
    "-j",
    "2",
    "--retries",
    "2",
    ...flags,
    "--config",
    ...words,
  ];
  return spawn(snakemake, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
}

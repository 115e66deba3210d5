import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { isInstalled } from "./installed.ts";

/** Why no Slurm can be started here; null: one can. */
export function whyNoSlurm(): string | null {
  if (process.getuid?.() !== 0) return "Slurm is started by root alone";
  const missing = ["munged", "slurmctld", "slurmd", "sbatch"].filter((name) => !isInstalled(name));
  if (missing.length > 0) return `not installed: ${missing.join(", ")} (Debian: slurm-wlm, munge)`;
  if (existsSync(configuration) && !readFileSync(configuration, "utf8").startsWith(mark))
    return `${configuration} is another Slurm's`;
  return isUp() ? "a Slurm goes on here" : null;
}

export interface Slurm {
  stop(): Promise<void>;
}

/** A Slurm of one node, with everything but its configuration in a folder. Its jobs do not see SLURM_CONF, so that has one place. */
export async function startSlurm(folder: string): Promise<Slurm> {
  for (const name of ["state", "spool"]) mkdirSync(join(folder, name), { recursive: true });
  mkdirSync(dirname(configuration), { recursive: true });
  writeFileSync(configuration, configured(folder));
  const socket = join(folder, "munge.socket");
  writeFileSync(join(folder, "munge.key"), randomBytes(1024), { mode: 0o600 });
  const own = ["key-file=munge.key", "pid-file=munge.pid", "log-file=munge.log", "seed-file=munge.seed"];
  const inFolder = own.map((option) => `--${option.replace("=", `=${folder}/`)}`);
  const daemons = [daemon("munged", "-F", "--force", `--socket=${socket}`, ...inFolder)];
  await until(
    () => "munged",
    () => existsSync(socket),
  );
  daemons.push(daemon("slurmctld", "-D"), daemon("slurmd", "-D", "-N", "localhost"));
  await until(
    () => "Slurm",
    () => asked("sinfo", "-h", "-o", "%T").trim() === "idle",
  );
  return {
    async stop() {
      asked("scancel", "--user=root");
      await jobsEnd();
      for (const child of daemons.toReversed()) await ended(child);
      rmSync(configuration);
    },
  };
}

/** What a command of Slurm says. */
export function asked(command: string, ...args: readonly string[]): string {
  return spawnSync(command, args, { encoding: "utf8", timeout: 20_000 }).stdout ?? "";
}

/** @param meanwhile again and again */
export async function jobsEnd(meanwhile: () => void = () => undefined): Promise<void> {
  let left = "";
  await until(
    () => `the end of all jobs: ${left}`,
    () => {
      meanwhile();
      left = asked("squeue", "-h");
      return left.trim() === "";
    },
  );
}

export async function until(what: () => string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 200_000; Date.now() < end; ) {
    if (isSo()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`waited in vain for ${what()}`);
}

const configuration = "/etc/slurm/slurm.conf";
const mark = "# Written by Longhaul's tests (test/cluster), and removed by them.";

function isUp(): boolean {
  return existsSync(configuration) && asked("scontrol", "ping").includes("UP");
}

function daemon(command: string, ...args: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: "ignore" });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    child.on("exit", () => done());
    child.kill("SIGTERM");
  });
}

function configured(folder: string): string {
  return `${mark}
ClusterName=one
SlurmctldHost=localhost
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=sched_interval=1,bf_interval=1
MinJobAge=300
NodeName=localhost CPUs=${cpus().length} RealMemory=${Math.floor(totalmem() / 2e6)} State=UNKNOWN
PartitionName=work Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

import { availableParallelism, cpus, release, totalmem } from "node:os";
import type { MachineFacts } from "./facts.ts";
import { machineFacts } from "./machine-facts.ts";

export interface Machine {
  readonly cpuModel: string;
  readonly physicalCores: number;
  readonly logicalCores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly arch: string;
  readonly gpus: readonly string[];
  /** Null: in rows of earlier versions. */
  readonly facts: MachineFacts | null;
}

/** What this machine is; "unknown" where the system does not tell. Asked once for every run. */
export async function describeMachine(): Promise<Machine> {
  const { cpu, graphics } = await import("systeminformation");
  const [processor, video] = await Promise.all([within(cpu()), within(graphics())]);
  const logicalCores = availableParallelism();
  return {
    cpuModel:
      processor === null
        ? (cpus()[0]?.model ?? "unknown")
        : `${processor.manufacturer} ${processor.brand}`.trim(),
    physicalCores: processor?.physicalCores ?? logicalCores,
    logicalCores,
    memoryBytes: totalmem(),
    os: `${process.platform} ${release()}`,
    arch: process.arch,
    gpus: (video?.controllers ?? [])
      .map(({ vendor, model }) => `${vendor} ${model}`.trim())
      .filter((name) => name !== ""),
    facts: machineFacts({
      flags: processor?.flags ?? null,
      performanceCores: processor?.performanceCores ?? null,
      efficiencyCores: processor?.efficiencyCores ?? null,
      gpuDrivers: (video?.controllers ?? []).map(({ driverVersion }) => driverVersion ?? ""),
    }),
  };
}

async function within<T>(promise: Promise<T>): Promise<T | null> {
  const timeout = new Promise<null>((resolve) => {
    setTimeout(() => resolve(null), 3_000).unref();
  });
  return Promise.race([promise.catch(() => null), timeout]);
}

import { execFile } from "node:child_process";
import { loadavg } from "node:os";
import { nowMs } from "../clock.ts";
import { CpuEnergy } from "./cpu-energy.ts";
import type { Conditions } from "./facts.ts";
import { GpuEnergy, gpuQuery, type GpuState, parseGpuStates } from "./gpu-energy.ts";
import { isHeldBack, type Pulse, settledPulse, takePulse } from "./pulse.ts";
import { cpuCelsius } from "./temperature.ts";

/** The processor's counters are read so often: a file each. */
const cpuEveryMs = 30_000;
/** A child process each. */
const gpuEveryMs = 5_000;
const gpuTimeoutMs = 2_000;

/**
 * Sees what the machine is like while a model is measured, from the process that waits for it. Never rejects: what the
 * system does not offer is null.
 */
export class ConditionsWatch {
  readonly #root: string;
  readonly #loadAtStart: number | null;
  readonly #celsiusAtStart: number | null;
  readonly #before: Pulse;
  readonly #cpu: CpuEnergy;
  readonly #gpu: GpuEnergy | null;
  readonly #timers: readonly NodeJS.Timeout[];

  /**
   * Takes a pulse first, for which the machine should have nothing else to do.
   *
   * @param usesGpu whether graphics are asked for their power
   * @param root of the file system, for tests
   */
  constructor(usesGpu: boolean, root = "/") {
    this.#root = root;
    this.#loadAtStart = loadOf(process.platform);
    this.#celsiusAtStart = cpuCelsius(root);
    this.#before = takePulse();
    this.#cpu = new CpuEnergy(nowMs(), root);
    this.#gpu = usesGpu ? new GpuEnergy(nowMs()) : null;
    if (usesGpu) void this.#askGpu();
    this.#timers = [
      setInterval(() => this.#cpu.sample(nowMs()), cpuEveryMs),
      ...(usesGpu ? [setInterval(() => void this.#askGpu(), gpuEveryMs)] : []),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** Ends the watch, with a pulse. Takes a fraction of a second, at most two where a driver does not answer. */
  async end(): Promise<Conditions> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#cpu.sample(nowMs());
    await this.#askGpu();
    const cpuCelsiusAtEnd = cpuCelsius(this.#root);
    const gpuJoules = this.#gpu?.joulesUntil(nowMs()) ?? null;
    const after = await settledPulse();
    return {
      loadAtStart: this.#loadAtStart,
      cpuCelsiusAtStart: this.#celsiusAtStart,
      cpuCelsiusAtEnd,
      gpuCelsiusAtStart: this.#gpu?.firstCelsius ?? null,
      gpuCelsiusAtEnd: this.#gpu?.lastCelsius ?? null,
      cpuJoules: this.#cpu.joules,
      gpuJoules,
      pulseBeforeMs: this.#before.ms,
      pulseAfterMs: after.ms,
      pulseFastestMs: after.fastestMs,
      isHeldBack: [this.#before, after].some(({ ms }) => isHeldBack(ms, after.fastestMs)),
    };
  }

  async #askGpu(): Promise<void> {
    if (this.#gpu === null) return;
    const states = await askNvidia();
    this.#gpu.sample(nowMs(), states);
  }
}

/** Windows has no such figure, and says 0. */
function loadOf(platform: NodeJS.Platform): number | null {
  return platform === "win32" ? null : (loadavg()[0] ?? null);
}

/** Null: there is no such card, or its driver does not answer in time. */
function askNvidia(): Promise<GpuState[] | null> {
  return new Promise((resolve) => {
    const options = { timeout: gpuTimeoutMs, killSignal: "SIGKILL", windowsHide: true } as const;
    execFile("nvidia-smi", gpuQuery, options, (error, stdout) => {
      resolve(error === null ? parseGpuStates(stdout) : null);
    });
  });
}

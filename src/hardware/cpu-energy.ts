import { join } from "node:path";
import { namesIn, readNumber, readText } from "./read-text.ts";

/** More than a package takes: a counter that seems to have gone so far was set back, by the machine's sleep say. */
const mostWatts = 1_000;

/**
 * Adds up what the processor's packages say they took: counters of microjoules in Linux's powercap (RAPL), of Intel and
 * AMD alike. They begin again at zero after some minutes, so they have to be read more often than that.
 */
export class CpuEnergy {
  readonly #packages: readonly PackageCounter[];

  /** @param root of the file system, for tests */
  constructor(nowMs: number, root = "/") {
    const folder = join(root, "sys/class/powercap");
    // Zones of a package (cores, memory), and the same packages as another driver shows them, are in these already.
    this.#packages = namesIn(folder)
      .filter((name) => /^intel-rapl:\d+$/.test(name))
      .map((name) => join(folder, name))
      .filter((zone) => readText(join(zone, "name"))?.startsWith("package") === true)
      .map((zone) => new PackageCounter(zone, nowMs));
  }

  /** Reads the counters. @param nowMs by the clock of `nowMs` */
  sample(nowMs: number): void {
    for (const one of this.#packages) one.sample(nowMs);
  }

  /** Since it was made, up to the last sample; null: no counter, or one that cannot be read or was set back. */
  get joules(): number | null {
    if (this.#packages.length === 0) return null;
    const all = this.#packages.map(({ joules }) => joules);
    return all.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
  }
}

class PackageCounter {
  readonly #zone: string;
  #last: number | null;
  #lastMs: number;
  joules: number | null = 0;

  constructor(zone: string, nowMs: number) {
    this.#zone = zone;
    this.#last = this.#read();
    this.#lastMs = nowMs;
    if (this.#last === null) this.joules = null;
  }

  sample(nowMs: number): void {
    if (this.#last === null || this.joules === null) return;
    const now = this.#read();
    const range = readNumber(join(this.#zone, "max_energy_range_uj")) ?? Number.NaN;
    const passed = now === null ? Number.NaN : now < this.#last ? now + range - this.#last : now - this.#last;
    const mostUj = 1000 * mostWatts * Math.max(1_000, nowMs - this.#lastMs);
    // Not looked at for so long, it may have begun again more than once.
    const isKnown = passed >= 0 && passed <= mostUj && !(mostUj >= range);
    this.joules = isKnown ? this.joules + passed / 1e6 : null;
    this.#last = now;
    this.#lastMs = nowMs;
  }

  #read(): number | null {
    return readNumber(join(this.#zone, "energy_uj"));
  }
}

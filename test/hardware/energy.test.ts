import { join } from "node:path";
import fc from "fast-check";
import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CpuEnergy } from "../../src/hardware/cpu-energy.ts";
import { GpuEnergy, parseGpuStates } from "../../src/hardware/gpu-energy.ts";
import { madeSystem, writeFiles } from "./made-system.ts";

const rapl = "sys/class/powercap";

function zone(name: string, label: string, uj: number, rangeUj = 262_143_328_850) {
  return {
    [`${rapl}/${name}/name`]: `${label}\n`,
    [`${rapl}/${name}/energy_uj`]: `${uj}\n`,
    [`${rapl}/${name}/max_energy_range_uj`]: `${rangeUj}\n`,
  };
}

function counted(root: string, uj: number): void {
  writeFiles(root, { [`${rapl}/intel-rapl:0/energy_uj`]: `${uj}\n` });
}

describe("the processor's energy", () => {
  it("is that of its packages, each once: no parts of them, no other driver's copies, no whole platform", () => {
    const root = madeSystem({
      ...zone("intel-rapl:0", "package-0", 1e6),
      ...zone("intel-rapl:0:0", "core", 5e6),
      ...zone("intel-rapl:1", "package-1", 7e6),
      ...zone("intel-rapl:2", "psys", 9e6),
      ...zone("intel-rapl-mmio:0", "package-0", 1e6),
    });
    const energy = new CpuEnergy(0, root);
    writeFiles(root, {
      ...zone("intel-rapl:0", "package-0", 31e6),
      ...zone("intel-rapl:0:0", "core", 25e6),
      ...zone("intel-rapl:1", "package-1", 12e6),
      ...zone("intel-rapl:2", "psys", 99e6),
      ...zone("intel-rapl-mmio:0", "package-0", 31e6),
    });
    energy.sample(30_000);
    expect(energy.joules).toBeCloseTo(35, 9);
  });

  it("goes on where the counter begins again", () => {
    const root = madeSystem(zone("intel-rapl:0", "package-0", 262_143_000_000));
    const energy = new CpuEnergy(0, root);
    counted(root, 1_671_150);
    energy.sample(10_000);
    expect(energy.joules).toBeCloseTo(2, 9);
    counted(root, 11_671_150);
    energy.sample(20_000);
    expect(energy.joules).toBeCloseTo(12, 9);
  });

  it("is the energy that was taken, whatever the counter's range and wherever it stood", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100_000, max: 262_143 }),
        fc.nat(99_999),
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 }),
        (rangeJ, startJ, wattsEach) => {
          const root = madeSystem(zone("intel-rapl:0", "package-0", startJ * 1e6, rangeJ * 1e6));
          const energy = new CpuEnergy(0, root);
          let totalJ = 0;
          for (const [index, watts] of wattsEach.entries()) {
            totalJ += watts * 30;
            counted(root, ((startJ + totalJ) % rangeJ) * 1e6);
            energy.sample((index + 1) * 30_000);
          }
          expect(energy.joules).toBeCloseTo(totalJ, 3);
          rmSync(join(root, rapl), { recursive: true });
        },
      ),
      { numRuns: 25 },
    );
  });

  it("is unknown where the counter was set back, as a machine's sleep does", () => {
    const root = madeSystem(zone("intel-rapl:0", "package-0", 50_000e6));
    const energy = new CpuEnergy(0, root);
    counted(root, 10e6);
    energy.sample(30_000);
    expect(energy.joules).toBeNull();
    counted(root, 20e6);
    energy.sample(60_000);
    expect(energy.joules).toBeNull();
  });

  it("is unknown where nobody looked for so long that the counter may have begun again twice", () => {
    const root = madeSystem(zone("intel-rapl:0", "package-0", 1e6));
    const energy = new CpuEnergy(0, root);
    counted(root, 2e6);
    energy.sample(3_600_000);
    expect(energy.joules).toBeNull();
  });

  it("is unknown without counters, and where this user may not read one of them", () => {
    expect(new CpuEnergy(0, madeSystem({})).joules).toBeNull();
    const root = madeSystem({
      ...zone("intel-rapl:0", "package-0", 1e6),
      [`${rapl}/intel-rapl:1/name`]: "package-1\n",
    });
    const energy = new CpuEnergy(0, root);
    energy.sample(30_000);
    expect(energy.joules).toBeNull();
  });
});

describe("the energy of graphics", () => {
  const at = (watts: number | null, celsius: number | null = null) => [{ watts, celsius }];

  it("is the area below the power, held before the first sample and after the last", () => {
    const energy = new GpuEnergy(1_000);
    energy.sample(2_000, at(100, 50));
    energy.sample(7_000, at(200, 70));
    energy.sample(12_000, at(200, 65));
    // 100 J, 750 J, 1000 J, and 400 J up to 14 s.
    expect(energy.joulesUntil(14_000)).toBe(2_250);
    expect([energy.firstCelsius, energy.lastCelsius]).toEqual([50, 65]);
  });

  it("is that of all cards, and the temperature that of the hottest", () => {
    const energy = new GpuEnergy(0);
    energy.sample(0, [...at(100, 40), ...at(50, 60)]);
    expect(energy.joulesUntil(10_000)).toBe(1_500);
    expect(energy.firstCelsius).toBe(60);
  });

  it("is unknown where a card does not tell, none answers, or too long passed between two answers", () => {
    const silent = new GpuEnergy(0);
    silent.sample(1_000, [...at(100, 40), ...at(null)]);
    silent.sample(2_000, [...at(100, 40), ...at(90)]);
    expect(silent.joulesUntil(3_000)).toBeNull();
    const none = new GpuEnergy(0);
    none.sample(1_000, null);
    expect(none.joulesUntil(2_000)).toBeNull();
    const asleep = new GpuEnergy(0);
    asleep.sample(1_000, at(100));
    asleep.sample(3_600_000, at(100));
    expect(asleep.joulesUntil(3_601_000)).toBeNull();
  });

  it("is read from a line for each card", () => {
    expect(parseGpuStates("151.20, 61\n9.87, [N/A]\n")).toEqual([
      { watts: 151.2, celsius: 61 },
      { watts: 9.87, celsius: null },
    ]);
    expect(parseGpuStates("No devices were found\n")).toBeNull();
    expect(parseGpuStates("")).toEqual([]);
  });
});

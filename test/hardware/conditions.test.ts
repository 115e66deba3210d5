import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { nowMs } from "../../src/clock.ts";
import { ConditionsWatch } from "../../src/hardware/conditions.ts";
import { conditionsSchema } from "../../src/hardware/facts.ts";
import { isHeldBack } from "../../src/hardware/pulse.ts";
import { cpuCelsius } from "../../src/hardware/temperature.ts";
import { madeSystem, writeFiles } from "./made-system.ts";

const searched = process.env["PATH"] ?? "";
afterEach(() => {
  process.env["PATH"] = searched;
});

/** Puts a program of that name before all others. */
function program(name: string, script: string): void {
  const folder = madeSystem({ [name]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder, name), 0o755);
  process.env["PATH"] = `${folder}:${searched}`;
}

describe("what the machine is like while a model is measured", () => {
  it("is not available without any sensor, but for the pulse", async () => {
    program("nvidia-smi", "exit 9");
    const conditions = await new ConditionsWatch(true, madeSystem({})).end();
    expect(conditions).toMatchObject({
      cpuCelsiusAtStart: null,
      cpuCelsiusAtEnd: null,
      gpuCelsiusAtStart: null,
      gpuCelsiusAtEnd: null,
      cpuJoules: null,
      gpuJoules: null,
    });
    const { pulseBeforeMs, pulseAfterMs, pulseFastestMs } = conditions;
    expect(pulseFastestMs).toBeGreaterThan(0);
    expect(pulseFastestMs).toBeLessThanOrEqual(Math.min(Number(pulseBeforeMs), Number(pulseAfterMs)));
    expect(conditionsSchema.parse(JSON.parse(JSON.stringify(conditions)))).toEqual(conditions);
  });

  it("is read where there are sensors", async () => {
    program("nvidia-smi", "echo '150.00, 61'");
    const rapl = "sys/class/powercap/intel-rapl:0";
    const chip = "sys/class/hwmon/hwmon0";
    const root = madeSystem({
      [`${rapl}/name`]: "package-0",
      [`${rapl}/max_energy_range_uj`]: "262143328850",
      [`${rapl}/energy_uj`]: "1000000",
      [`${chip}/name`]: "coretemp",
      [`${chip}/temp1_input`]: "41000",
    });
    const startMs = nowMs();
    const watch = new ConditionsWatch(true, root);
    writeFiles(root, { [`${rapl}/energy_uj`]: "6000000", [`${chip}/temp1_input`]: "63500" });
    await new Promise((done) => setTimeout(done, 300));
    const conditions = await watch.end();
    expect(conditions).toMatchObject({ cpuJoules: 5, cpuCelsiusAtStart: 41, cpuCelsiusAtEnd: 63.5 });
    expect(conditions).toMatchObject({ gpuCelsiusAtStart: 61, gpuCelsiusAtEnd: 61 });
    expect(conditions.gpuJoules).toBeGreaterThanOrEqual(0.3 * 150);
    expect(conditions.gpuJoules).toBeLessThanOrEqual(((nowMs() - startMs) / 1000) * 150);
  });

  it("asks no graphics where none are used, and waits for no driver that does not answer", async () => {
    program("nvidia-smi", "exec sleep 60");
    const startMs = nowMs();
    expect((await new ConditionsWatch(false, madeSystem({})).end()).gpuJoules).toBeNull();
    expect((await new ConditionsWatch(true, madeSystem({})).end()).gpuJoules).toBeNull();
    expect(nowMs() - startMs).toBeLessThan(30_000);
  });
});

describe("the processor's temperature", () => {
  it("is that of its hottest sensor, not of a disk's", () => {
    const root = madeSystem({
      "sys/class/hwmon/hwmon0/name": "nvme\n",
      "sys/class/hwmon/hwmon0/temp1_input": "90000\n",
      "sys/class/hwmon/hwmon1/name": "k10temp\n",
      "sys/class/hwmon/hwmon1/temp1_input": "55125\n",
      "sys/class/hwmon/hwmon1/temp3_input": "61000\n",
      "sys/class/hwmon/hwmon1/temp3_crit": "95000\n",
    });
    expect(cpuCelsius(root)).toBe(61);
  });

  it("is a thermal zone's where there is no such chip; what is no temperature is none", () => {
    const zone = "sys/class/thermal/thermal_zone";
    expect(
      cpuCelsius(
        madeSystem({
          [`${zone}0/type`]: "iwlwifi_1",
          [`${zone}0/temp`]: "70000",
          [`${zone}1/type`]: "cpu-thermal",
        }),
      ),
    ).toBeNull();
    const root = madeSystem({ [`${zone}1/type`]: "cpu-thermal\n", [`${zone}1/temp`]: "48312\n" });
    expect(cpuCelsius(root)).toBe(48.312);
    expect(
      cpuCelsius(madeSystem({ [`${zone}1/type`]: "cpu-thermal\n", [`${zone}1/temp`]: "-274000\n" })),
    ).toBeNull();
  });
});

describe("a pulse", () => {
  it("tells of a processor that is held back from a share of fifteen hundredths on", () => {
    expect(isHeldBack(20, 20)).toBe(false);
    expect(isHeldBack(25.9, 20)).toBe(false);
    expect(isHeldBack(26.1, 20)).toBe(true);
  });
});

import { expect, it } from "vitest";
import { gpuMakers } from "../../src/hardware/gpu-makers.ts";
import { madeSystem } from "./made-system.ts";

const device = (name: string, vendor: string, kind: string): Record<string, string> => ({
  [`sys/bus/pci/devices/${name}/vendor`]: `${vendor}\n`,
  [`sys/bus/pci/devices/${name}/class`]: `${kind}\n`,
});

it("knows the makers of cards on the bus, each once, and nothing of other devices", () => {
  const root = madeSystem({
    ...device("0000:00:02.0", "0x8086", "0x030000"),
    ...device("0000:00:1f.0", "0x8086", "0x060100"),
    ...device("0000:01:00.0", "0x10de", "0x030200"),
    ...device("0000:02:00.0", "0x10de", "0x030200"),
    // Of a virtual machine.
    ...device("0000:03:00.0", "0x1af4", "0x038000"),
  });
  expect(gpuMakers(root)).toEqual(["Intel", "NVIDIA"]);
});

it("tells a machine without a card from a system that does not tell", () => {
  expect(gpuMakers(madeSystem(device("0000:00:1f.0", "0x8086", "0x060100")))).toEqual([]);
  expect(gpuMakers(madeSystem({}))).toBeNull();
});

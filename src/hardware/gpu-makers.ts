import { join } from "node:path";
import { namesIn, readText } from "./read-text.ts";

/** By their numbers on the bus; cards of virtual machines and of server boards are none that a model runs on. */
const makers: Readonly<Record<string, string>> = { "0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel" };

/**
 * Who made the cards on the bus, each once, whether or not a driver is installed.
 *
 * @param root where the system's files are found
 * @returns null where the system does not tell: it is not Linux, say
 */
export function gpuMakers(root = "/"): string[] | null {
  const folder = join(root, "sys/bus/pci/devices");
  const devices = namesIn(folder);
  if (devices.length === 0) return null;
  const found = devices.flatMap((name) => {
    const textOf = (file: string): string => readText(join(folder, name, file))?.trim() ?? "";
    const isDisplay = textOf("class").startsWith("0x03");
    return isDisplay ? (makers[textOf("vendor")] ?? []) : [];
  });
  return [...new Set(found)].toSorted();
}

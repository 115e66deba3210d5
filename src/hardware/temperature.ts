import { join } from "node:path";
import { namesIn, readNumber, readText } from "./read-text.ts";

/** Drivers of sensors in processors, as the kernel names them. */
const drivers = /^(coretemp|k10temp|zenpower|cpu_?thermal|soc_?thermal|scpi_sensors)$/;
const zones = /^(x86_pkg_temp|cpu|soc|acpitz)/i;

/**
 * Degrees Celsius of the processor's hottest sensor, from Linux's /sys.
 *
 * @param root of the file system, for tests
 * @returns null where none is known
 */
export function cpuCelsius(root = "/"): number | null {
  return hottest(ofChips(root)) ?? hottest(ofZones(root));
}

function ofChips(root: string): (number | null)[] {
  const folder = join(root, "sys/class/hwmon");
  return namesIn(folder)
    .map((chip) => join(folder, chip))
    .filter((chip) => drivers.test(readText(join(chip, "name"))?.trim() ?? ""))
    .flatMap((chip) =>
      namesIn(chip)
        .filter((name) => /^temp\d+_input$/.test(name))
        .map((name) => join(chip, name)),
    )
    .map(readNumber);
}

function ofZones(root: string): (number | null)[] {
  const folder = join(root, "sys/class/thermal");
  return namesIn(folder)
    .map((zone) => join(folder, zone))
    .filter((zone) => zones.test(readText(join(zone, "type"))?.trim() ?? ""))
    .map((zone) => readNumber(join(zone, "temp")));
}

/** From thousandths; what a missing sensor says is no temperature. */
function hottest(found: readonly (number | null)[]): number | null {
  const known = found.flatMap((one) => (one === null || one <= 0 || one > 150_000 ? [] : [one / 1000]));
  return known.length === 0 ? null : Math.max(...known);
}

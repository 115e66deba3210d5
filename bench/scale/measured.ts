import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const main = resolve(import.meta.dirname, "../../dist/main.js");

export interface Cost {
  readonly ms: number;
  /** Processor time of all its threads, which others on the machine do not lengthen as they do `ms`. */
  readonly cpuMs: number;
  /** Peak memory. */
  readonly bytes: number;
}

/** Runs the built command line: its time and its peak memory, as it says itself when it ends. */
export function measure(folder: string, args: readonly string[]): Cost {
  const wrapper = join(folder, "measured.mjs");
  writeFileSync(
    wrapper,
    `const start = performance.now();
process.on("exit", () => {
  const ms = performance.now() - start;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write("\\n" + JSON.stringify({ ms, cpuMs: (userCPUTime + systemCPUTime) / 1000, bytes: maxRSS * 1024 }));
});
`,
  );
  const { stderr, status } = spawnSync(process.execPath, ["--import", wrapper, main, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as Cost;
}

/** The median of three. */
export function measureThrice(folder: string, args: readonly string[]): Cost {
  const [, middle] = [0, 1, 2].map(() => measure(folder, args)).toSorted((a, b) => a.ms - b.ms);
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

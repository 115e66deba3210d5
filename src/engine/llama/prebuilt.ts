import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GpuChoice } from "./binding.ts";

/** The binding's package of prebuilt libraries for one backend. */
export interface Prebuilt {
  /** Whether there is one for this system. */
  readonly isShipped: boolean;
  /** Where its libraries lie; null: it was not installed. */
  readonly folder: string | null;
}

/** Nothing native is loaded. @param gpu "off": the one for processors alone */
export function prebuiltOf(gpu: Exclude<GpuChoice, "auto">): Prebuilt {
  const target = `${systems[process.platform] ?? process.platform}-${archs[process.arch] ?? process.arch}`;
  // Apple's own processors have one with Metal alone.
  const name = gpu === "off" ? target : `${target}-${gpu}`;
  const { optionalDependencies = {} } = bindingPackage();
  const isShipped = `@node-llama-cpp/${name}` in optionalDependencies;
  return { isShipped, folder: isShipped ? folderOf(name) : null };
}

/** Of the binding; null: it is not there. */
export function bindingVersion(): string | null {
  return bindingPackage().version ?? null;
}

const systems: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: "linux",
  darwin: "mac",
  win32: "win",
};
const archs: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { arm: "armv7l" };

interface BindingPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Its exports do not name it. */
function bindingPackage(): BindingPackage {
  try {
    const main = fileURLToPath(import.meta.resolve("node-llama-cpp"));
    return JSON.parse(readFileSync(join(dirname(main), "../package.json"), "utf8")) as BindingPackage;
  } catch {
    return {};
  }
}

function folderOf(name: string): string | null {
  try {
    const main = fileURLToPath(import.meta.resolve("node-llama-cpp"));
    const found = createRequire(main).resolve(`@node-llama-cpp/${name}`);
    return join(dirname(found), "../bins", name);
  } catch {
    return null;
  }
}

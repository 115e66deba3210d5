import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * What a program of llama.cpp's is compiled of: the source of the very release whose libraries the binding ships, and those
 * libraries, so that its kernels are those of a run in process. Linux on x64, with git and g++; nothing is fetched.
 */
export interface LlamaCpp {
  readonly source: string;
  /** For the compiler: where headers lie. */
  readonly headers: readonly string[];
  /** For the linker, behind the objects. The libraries are found beside the program. */
  readonly libraries: readonly string[];
}

/** Unpacks it into a folder, where programs that are linked with it have to lie. */
export function llamaCppIn(folder: string): LlamaCpp {
  const modules = resolve(import.meta.dirname, "../node_modules");
  const shipped = realpathSync(join(modules, "@node-llama-cpp/linux-x64/bins/linux-x64"));
  const source = join(folder, "source");
  const git = join(modules, "node-llama-cpp/llama/gitRelease.bundle");
  if (!existsSync(source)) execFileSync("git", ["clone", "--quiet", git, source], { stdio: "pipe" });
  const names = readdirSync(shipped).filter((name) => name.endsWith(".so"));
  for (const name of names) {
    // A link of before may lead to where they lie no more.
    rmSync(join(folder, name), { force: true });
    symlinkSync(join(shipped, name), join(folder, name));
  }
  const linked = names.filter((name) => /^lib(llama|ggml)(-common|-base)?(\.v[\d.]+)?\.so$/.test(name));
  return {
    source,
    headers: ["common", "include", "ggml/include", "vendor"].map((name) => `-I${join(source, name)}`),
    libraries: [
      ...linked.map((name) => join(folder, name)),
      ...["-Wl,-rpath,$ORIGIN", "-Wl,--allow-shlib-undefined", "-lpthread"],
    ],
  };
}

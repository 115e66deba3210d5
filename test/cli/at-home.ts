import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { type Finished, finished, main, temporaryFolder } from "./longhaul.ts";

export const top = temporaryFolder();

/** A home of its own, with nothing else on the machine. @returns its folder, in which `work` is the current one */
export function madeHome(): string {
  const home = mkdtempSync(join(top, "home-"));
  mkdirSync(join(home, "work"));
  return home;
}

export function longhaulAt(home: string, args: readonly string[], uid?: number): Promise<Finished> {
  const kept = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(HF_|HUGGINGFACE|OLLAMA|LLAMA_|XDG_|LONGHAUL_)/.test(name),
    ),
  );
  return finished(
    spawn(process.execPath, [main, ...args], {
      // What a test puts there goes first.
      env: { ...kept, PATH: `${join(home, "bin")}:${kept["PATH"]}`, HOME: home, LANG: "C.UTF-8" },
      cwd: join(home, "work"),
      stdio: ["ignore", "pipe", "pipe"],
      ...(uid === undefined ? {} : { uid }),
    }),
  );
}

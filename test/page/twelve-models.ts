import { join } from "node:path";
import { commandLine } from "../register/command-line.ts";

/** From the smallest to the largest, with names as files have them. */
export const twelve = [
  ["Gemma-tiny-100M", 0.8, 1e8],
  ["SmolLM2-200M-Instruct", 0.85, 2e8],
  ["Qwen3-300M", 0.9, 3e8],
  ["Llama-3.2-500M-Instruct-Q4_K_M", 0.93, 5e8],
  ["Granite-800M", 0.945, 8e8],
  ["Phi-mini-1B", 0.955, 1e9],
  ["Falcon3-1.1B-Instruct", 0.96, 1.1e9],
  ["Qwen3-1.5B-Thinking", 0.965, 1.5e9],
  ["SmolLM3-3B", 0.97, 3e9],
  ["Gemma-3-4B-it-qat-q4_0", 0.98, 4e9],
  ["Qwen3-8B-Q4_K_M", 0.99, 8e9],
  ["Qwen3-14B-Q4_K_M", 0.995, 14e9],
] as const;

/** A page of twelve simulated models of unlike sizes and speeds. @returns its file */
export async function pageOfTwelve(folder: string): Promise<string> {
  const [db, page] = [join(folder, "twelve.db"), join(folder, "twelve.html")];
  for (const [at, [name, p, parameters]] of twelve.entries())
    await done(
      [
        "run",
        "--engine",
        `scripted:p=${p},parameters=${parameters},seed=${at},decode-ms=${4 + 3 * at},drift=-0.02`,
      ],
      ["--name", name, "--rollouts", "20", "--turns", "40", "--db", db, "--quiet"],
    );
  await done(["report", "--db", db, "-o", page]);
  return page;

  async function done(...args: readonly (readonly string[])[]): Promise<void> {
    const { code, stderr } = await commandLine(args.flat(), db);
    if (code !== 0) throw new Error(stderr);
  }
}

import { allowedCores, quotaCores } from "../hardware/cores.ts";

/**
 * What is to be said of so many threads on this machine.
 *
 * @param cores that this process may keep busy
 */
export function threadWarnings(
  threads: number | "auto",
  cores = Math.min(allowedCores(), quotaCores() ?? Infinity),
): string[] {
  if (threads === "auto" || threads <= Math.max(1, cores)) return [];
  const having = Number.isInteger(cores) ? String(cores) : cores.toFixed(1);
  return [
    `${threads} threads on ${having} ${cores === 1 ? "core" : "cores"} wait for each other, and can take many times as long. Use --threads auto to find how many are fastest.`,
  ];
}

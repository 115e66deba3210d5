import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How a command ended. */
export interface Told {
  readonly code: number;
  readonly output: string;
  /** What no input may do to the program; null: none of it. */
  readonly fault: string | null;
}

/** The outcome of one input, in words, and whether it is a fault. */
export interface Outcome {
  readonly words: string;
  readonly isFault: boolean;
}

const { runProgram } = (await import(new URL("../../dist/cli/program.js", import.meta.url).href)) as {
  runProgram: (argv: readonly string[]) => Promise<number>;
};
const patienceMs = 60_000;

/**
 * Tries inputs in a process of their own, which is begun anew behind one that it does not survive, and prints how often each
 * outcome was seen.
 *
 * @param play tries the input of that number
 */
export async function fuzz(count: number, play: (input: number) => Promise<Outcome>): Promise<void> {
  const from = process.env["FUZZ_FROM"];
  if (from !== undefined) return playFrom(Number(from), count, play);
  const counts = new Map<string, number>();
  let next = 0;
  while (next < count) {
    const died = await watched(next, (input, outcome) => {
      next = input + 1;
      counts.set(outcome.words, (counts.get(outcome.words) ?? 0) + 1);
      if (outcome.isFault) process.stderr.write(`${input}: ${outcome.words}\n`);
    });
    if (died === null) break;
    process.stderr.write(`${next}: ${died}\n`);
    counts.set(died, (counts.get(died) ?? 0) + 1);
    next++;
  }
  const rows = [...counts].toSorted((a, b) => b[1] - a[1]).map(([words, times]) => `| ${words} | ${times} |`);
  process.stdout.write(`${["| what became of it | inputs |", "|---|---|", ...rows].join("\n")}\n`);
}

/** Runs a command line of the built program, and judges its end and what it says. */
export async function tell(args: readonly string[]): Promise<Told> {
  let output = "";
  const restore = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream);
    stream.setMaxListeners(0);
    stream.write = ((chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
      output += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      (rest.find((one) => typeof one === "function") as (() => void) | undefined)?.();
      return true;
    }) as typeof stream.write;
    return () => (stream.write = write);
  });
  process.exitCode = undefined;
  try {
    const code = await runProgram([process.execPath, "longhaul", ...args]);
    return { code, output, fault: faultOf(code, output, args) };
  } finally {
    for (const undo of restore) undo();
    process.exitCode = undefined;
  }
}

/** What is exported holds every byte, whatever it does to a terminal. */
const isExact = (args: readonly string[]): boolean => args[0] === "export" && !args.includes("--format");

function faultOf(code: number, output: string, args: readonly string[]): string | null {
  if (/^\s+at .+:\d+:\d+\)?$/mu.test(output)) return `stack trace: ${output.trim().split("\n")[0]}`;
  if (!isExact(args) && /[^\P{Cc}\n\t\r]/u.test(output)) return "control characters";
  return code !== 0 && output.trim() === "" ? "nothing said" : null;
}

async function playFrom(
  from: number,
  count: number,
  play: (input: number) => Promise<Outcome>,
): Promise<void> {
  for (let input = from; input < count; input++)
    process.stdout.write(`${JSON.stringify({ input, ...(await play(input)) })}\n`);
}

/** @returns how the process died; null: it came to the end */
function watched(from: number, take: (input: number, outcome: Outcome) => void): Promise<string | null> {
  const [script = "", ...args] = process.argv.slice(1);
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    env: { ...process.env, FUZZ_FROM: String(from) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let isHanging = false;
  const giveUp = () => {
    isHanging = true;
    child.kill("SIGKILL");
  };
  let patience = setTimeout(giveUp, patienceMs);
  createInterface({ input: child.stdout }).on("line", (line) => {
    clearTimeout(patience);
    patience = setTimeout(giveUp, patienceMs);
    const { input, ...outcome } = JSON.parse(line) as Outcome & { input: number };
    take(input, outcome);
  });
  return new Promise((done) => {
    child.on("close", (code, signal) => {
      clearTimeout(patience);
      done(isHanging ? "hang" : code === 0 ? null : `death (${signal ?? `exit ${code}`})`);
    });
  });
}

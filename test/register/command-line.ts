import { type Finished, main } from "../cli/longhaul.ts";

interface Program {
  runProgram(argv: readonly string[]): Promise<number>;
}

/**
 * Carries out one command line of the built program in this process, where it is read and warm after the first: a world is
 * hundreds of times a fraction of a second. That the program starts as a process of its own is tested in test/cli.
 *
 * @param home where it is typed on a terminal, by a user whose home that is; null: by no person
 */
export function commandLine(
  args: readonly string[],
  db: string,
  home: string | null = null,
): Promise<Finished> {
  // Both streams are this process's: one command line at a time.
  const next = last.then(() =>
    home === null ? carriedOut(args, db) : onTerminal(home, () => carriedOut(args, db)),
  );
  last = next.catch(() => undefined);
  return next;
}

let last: Promise<unknown> = Promise.resolve();

async function onTerminal<Result>(home: string, act: () => Promise<Result>): Promise<Result> {
  const before = { folder: process.cwd(), home: process.env["HOME"] };
  const streams = [process.stdin, process.stdout].map((stream) => ({ stream, isTTY: stream.isTTY }));
  const isTTY = (stream: object, value: boolean): unknown =>
    Object.defineProperty(stream, "isTTY", { value, configurable: true });
  for (const { stream } of streams) isTTY(stream, true);
  process.chdir(home);
  process.env["HOME"] = home;
  try {
    return await act();
  } finally {
    process.chdir(before.folder);
    process.env["HOME"] = before.home;
    for (const one of streams) isTTY(one.stream, one.isTTY);
  }
}

async function carriedOut(args: readonly string[], db: string): Promise<Finished> {
  const program = (await import(main.replace(/main\.js$/, "cli/program.js"))) as Program;
  const told = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((name) =>
    overheard(name, (text) => (told[name] += text)),
  );
  const before = { db: process.env["LONGHAUL_DB"], exitCode: process.exitCode };
  process.env["LONGHAUL_DB"] = db;
  process.exitCode = undefined;
  try {
    const code = await program.runProgram([process.execPath, main, ...args]);
    return { code, ...told };
  } finally {
    for (const undo of restore) undo();
    process.exitCode = before.exitCode;
    if (before.db === undefined) delete process.env["LONGHAUL_DB"];
    else process.env["LONGHAUL_DB"] = before.db;
  }
}

/** Takes what is written to a stream until the returned function is called. */
function overheard(name: "stdout" | "stderr", take: (text: string) => void): () => void {
  const stream = process[name];
  const write = stream.write.bind(stream);
  // Every command line listens for a closed pipe.
  stream.setMaxListeners(0);
  stream.write = ((chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    take(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    const done = rest.find((one) => typeof one === "function") as (() => void) | undefined;
    done?.();
    return true;
  }) as typeof stream.write;
  return () => {
    stream.write = write;
  };
}

import { spawn } from "node:child_process";
import { messageOf } from "../errors.ts";

/**
 * What keeps a machine from falling asleep by itself while a process lives: where that is killed, too, the tool ends, since
 * its input does (Linux), or since it looks for the process (macOS).
 */
const tools: Readonly<Record<string, { readonly program: string; readonly args: readonly string[] }>> = {
  linux: {
    program: "systemd-inhibit",
    args: ["--what=idle:sleep", "--who=longhaul", "--why=models are measured", "cat"],
  },
  darwin: { program: "caffeinate", args: ["-i", "-s", "-w", String(process.pid)] },
};

/**
 * Keeps the machine awake. Where that cannot be done it is told, and the run goes on.
 *
 * @returns what lets it sleep again
 */
export function keepAwake(
  say: (words: string) => void,
  platform: NodeJS.Platform = process.platform,
): () => void {
  const tool = tools[platform];
  if (tool === undefined) {
    say(`--keep-awake: not known how on ${platform}, so see to it yourself that the machine does not sleep.`);
    return () => undefined;
  }
  const { program, args } = tool;
  let isOver = false;
  let words = "";
  const fail = (why: string): void => {
    if (!isOver) say(`--keep-awake: ${program} does not keep this machine awake (${why}), so it may sleep.`);
    isOver = true;
  };
  // In a group of its own: a Ctrl-C is not meant for it.
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "pipe"], detached: true });
  child.stderr.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-400)));
  child.stdin.on("error", () => undefined);
  child.on("error", (error) => fail(messageOf(error)));
  child.on("close", (code, signal) => fail(words.trim().split("\n").at(-1) || `it ended: ${signal ?? code}`));
  return () => {
    isOver = true;
    child.stdin.end();
    child.kill();
  };
}

import { EngineError } from "../errors.ts";
import type { killedBetween } from "../hardware/memory-kills.ts";
import { withKeys } from "../gguf/native-names.ts";
import type { RolloutEnd } from "../store/rows.ts";
import { ownEnd } from "./rendering-watch.ts";
import { type Death, deathWords } from "./watchdog.ts";

/** What a trial is about just now. */
export type TrialPhase = "loading" | "prefix" | "running";

/** How a process that ran native code ended, where it could not say so itself. Stored as an event of its run. */
export interface EngineEnd {
  /**
   * `abort`: it ended itself, on an assertion say; `fault`: a forbidden access; `memory`: for want of memory; `killed`: by
   * another process, as far as is known; `exit`: as if it had nothing to do; `stopped` and `hung`: given up, since it gave no
   * sign of life or of work; `interrupt`: by the user; `limit`: by itself, for what a stranger's
   * template took; `start`: it never began.
   */
  readonly cause:
    | "abort"
    | "fault"
    | "memory"
    | "killed"
    | "exit"
    | "stopped"
    | "hung"
    | "interrupt"
    | "limit"
    | "start";
  readonly signal: string | null;
  readonly exitCode: number | null;
  /** What its trial was about; null: it was asked something else, or is not known. */
  readonly phase: TrialPhase | null;
  /** The last that it wrote to its error output. */
  readonly lastLines: readonly string[];
}

/** What is seen of a process that is gone. */
export interface Gone extends Pick<EngineEnd, "signal" | "exitCode" | "phase" | "lastLines"> {
  /** Why it could not be started; null: it was. */
  readonly startError: string | null;
  /** Whether the kernel killed anything for want of memory while it lived. */
  readonly memoryKill: ReturnType<typeof killedBetween>;
  /** The last line that explains anything, shortened. */
  readonly words: string | null;
}

/** How a worker process ended without a word: the run's row, and the event beside it. */
export interface Crash {
  readonly status: "interrupted" | "failed";
  readonly rollouts: RolloutEnd;
  readonly error: string;
  readonly end: EngineEnd;
}

/** Thrown where one that was asked ended instead of answering. */
export class EngineEndedError extends EngineError {
  readonly crash: Crash;

  constructor(crash: Crash, message = crash.error) {
    super(crash.rollouts === "timeout" ? "timeout" : "crashed", message);
    this.crash = crash;
  }
}

/**
 * The same end is called the same whatever the process was about. What somebody else did to it is no failure of the model.
 *
 * @param killed why this process killed it; null: it did not
 */
export function crashOf(gone: Gone, killed: "interrupt" | Death | null): Crash {
  const { signal, exitCode, phase, lastLines } = gone;
  const cause = causeOf(gone, killed);
  const isOthers = cause === "killed" || cause === "interrupt";
  const isGivenUp = cause === "stopped" || cause === "hung";
  return {
    status: isOthers ? "interrupted" : "failed",
    rollouts: isOthers ? "interrupted" : isGivenUp ? "timeout" : "engine_error",
    error: killed === null || killed === "interrupt" ? wordsOf(gone, cause) : deathWords(killed),
    end: { cause, signal, exitCode, phase, lastLines },
  };
}

function causeOf(gone: Gone, killed: "interrupt" | Death | null): EngineEnd["cause"] {
  if (gone.startError !== null) return "start";
  if (gone.words?.startsWith(ownEnd) === true) return "limit";
  if (killed !== null) return killed === "interrupt" ? killed : killed.kind;
  if (gone.signal === "SIGKILL") return gone.memoryKill === "own" ? "memory" : "killed";
  const own = ownEnds[gone.signal ?? gone.exitCode ?? ""];
  if (own === undefined) return gone.signal === null ? "exit" : "killed";
  return own === "abort" && gone.lastLines.some((line) => wantsMemory.test(line)) ? "memory" : own;
}

/** By signal, and on Windows by exit code: 3 and 0xC0000409 are what `abort` ends with, 0xC0000005 is a forbidden access. */
const ownEnds: Readonly<Record<string, "abort" | "fault">> = {
  SIGABRT: "abort",
  SIGSEGV: "fault",
  SIGBUS: "fault",
  SIGFPE: "fault",
  SIGILL: "fault",
  SIGTRAP: "fault",
  SIGSYS: "fault",
  3: "abort",
  3221226505: "abort",
  3221225477: "fault",
};

/** What Node, C++ and ggml say before they abort. */
const wantsMemory = /out of memory|bad_alloc|failed to allocate/i;

function wordsOf(gone: Gone, cause: EngineEnd["cause"]): string {
  const { signal, exitCode, startError, words } = gone;
  if (words?.startsWith(ownEnd) === true) return words.slice(ownEnd.length);
  const because = words === null ? "" : `: ${withKeys(words)}`;
  if (cause === "interrupt") return "stopped at once by a second Ctrl-C";
  if (cause === "start") return `the engine's process could not be started: ${startError}`;
  if (cause === "exit") return `the engine's process ended with code ${exitCode}${because}`;
  if (signal === "SIGKILL")
    return cause === "memory"
      ? "the engine's process was killed by the kernel for want of memory (SIGKILL)"
      : `the engine's process was killed (SIGKILL)${memoryWords(gone.memoryKill)}`;
  if (cause === "killed") return `the engine's process was killed (${signal})`;
  const file = signal === "SIGBUS" ? ", as where a model's file is changed or its disk fails" : "";
  return `the engine's process crashed (${signal ?? exitCode})${file}${because}`;
}

function memoryWords(kill: Gone["memoryKill"]): string {
  if (kill === "none") return " from outside; the kernel killed nothing for want of memory";
  return kill === "anywhere"
    ? ", while the kernel killed something for want of memory"
    : ", perhaps because the machine ran out of memory";
}

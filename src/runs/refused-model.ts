import { basename } from "node:path";
import { EngineError, UnplayableError, UsageError } from "../errors.ts";
import type { ModelFile } from "../gguf/files.ts";
import { typedLine } from "../typed-line.ts";
import { type Crash, EngineEndedError } from "./engine-end.ts";

/** A model that cannot be measured, and why. */
export interface RefusedModel {
  readonly name: string;
  readonly error: string;
  /**
   * `failed`: its file or the engine; `unfit`: too large for this machine's memory, or its conversations for the context
   * that was asked for; `unplayable`: no machine could do it, so that a suite leaves its arm out.
   */
  readonly why: "failed" | "unfit" | "unplayable";
  /** Of the process that looked at it; absent: that did not end over it. */
  readonly crash?: Crash;
}

/** The same where one model alone is wanted. */
export function thrownOf({ error, why }: RefusedModel): EngineError | UnplayableError {
  return why === "unplayable"
    ? new UnplayableError(error)
    : new EngineError(why === "unfit" ? "unfit" : "model_load", error);
}

/** A model whose file or engine failed, or that does not fit. @throws what is about something else */
export function refusedFor(error: unknown, name: string | null, file: Called): RefusedModel {
  const called = calledBy(file);
  if (error instanceof UnplayableError)
    return { name: name ?? called, error: error.message, why: "unplayable" };
  if (!(error instanceof EngineError)) throw error;
  const { code } = error;
  // Whoever read it knows its path alone.
  const message = error.message.replaceAll(basename(file.path), () => called);
  if (code === "backend") throw new UsageError(`${message} Without it: ${typedLine("run --gpu off")}`);
  if (code === "unfit") return { name: name ?? called, error: message, why: "unfit" };
  const told = message.includes(called) ? message : `${called}: ${message}`;
  const crash = error instanceof EngineEndedError ? { crash: error.crash } : {};
  return { name: name ?? called, error: told, why: "failed", ...crash };
}

type Called = Pick<ModelFile, "name" | "path">;

/** What a file is called where its header tells nothing: by its tool's name, else by its own. */
export function calledBy({ name, path }: Called): string {
  return name ?? basename(path);
}

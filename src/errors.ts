/**
 * The three kinds of failure. A user's mistake is a `UsageError` (one message, exit 2); a model or an
 * engine that fails is an `EngineError` (a row that says so, exit 1); anything else is a bug and shows its stack.
 */

/** Something the user asked for cannot be done. The message names the flag, the value and the fix. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * A model cannot do what was asked, whatever the machine: its context is too short, say. In a suite its arm is left out; in
 * a run it is a row that failed.
 */
export class UnplayableError extends UsageError {}

/** A database is damaged, or holds what Longhaul does not put into one. */
export class DamagedFileError extends UsageError {}

/** A text or a value that a setting does not take. The message goes on where "--flag value: " or "name: " ends. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

export type EngineErrorCode =
  | "model_unreadable"
  | "model_load"
  /** Into this machine's memory, or the context that was asked for. */
  | "unfit"
  | "context_create"
  | "backend"
  | "self_check"
  | "unsupported"
  | "changed"
  /** It cannot be asked, or it refuses. */
  | "server"
  | "native"
  | "crashed"
  | "timeout";

/** The engine or the model file failed; never a model error. `detail` holds what the native log said. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  readonly detail: string | null;

  constructor(code: EngineErrorCode, message: string, detail: string | null = null) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** Thrown where a conversation's next turn does not fit into its context: censoring, not an error of the model. */
export class ContextFullError extends Error {
  override readonly name = "ContextFullError";
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Thrown into every unfinished turn when the user stops the run. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** Another process goes on with the run that this one was writing: it writes nothing more. */
export class LostLeaseError extends Error {
  override readonly name = "LostLeaseError";
}

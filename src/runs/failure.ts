import { EngineError, type EngineErrorCode, messageOf } from "../errors.ts";

/** How a worker tells its parent that a job failed. */
export interface Failure {
  readonly type: "failed";
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly detail: string | null;
}

/** What a worker tells of anything thrown. */
export function failureOf(error: unknown): Failure {
  const engineError = error instanceof EngineError ? error : null;
  return {
    type: "failed",
    code: engineError?.code ?? "native",
    message: messageOf(error),
    detail: engineError?.detail ?? (error instanceof Error ? (error.stack ?? null) : null),
  };
}

/** The same where the parent throws it on. */
export function errorOf({ code, message, detail }: Failure): EngineError {
  return new EngineError(code, message, detail);
}

import { ServerFault } from "./fault.ts";

/** Of a fault, what decides whether it is tried again. */
type Failure = Pick<ServerFault, "cause" | "status" | "retryAfterMs" | "said">;

interface Patience {
  /** Whether the same request would fail for ever, whatever its status says. */
  readonly isFinal: (fault: ServerFault) => boolean;
  readonly failed: (fault: ServerFault, waitMs: number) => void;
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * Tries until it works, or until it is no use.
 *
 * @returns what came of it, and how often it was tried
 * @throws ServerFault the last one
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { isFinal, failed, wait }: Patience,
): Promise<{ readonly value: T; readonly requests: number }> {
  const failures: Failure[] = [];
  for (;;)
    try {
      return { value: await attempt(), requests: failures.length + 1 };
    } catch (error) {
      if (!(error instanceof ServerFault) || isFinal(error)) throw error;
      failures.push(error);
      const waitMs = waitBeforeRetry(failures);
      if (waitMs === null) throw error;
      failed(error, waitMs);
      await wait(waitMs);
    }
}

/** Whether the server is up, and its model not yet. */
export function isLoading({ status, said }: Failure): boolean {
  return status === 503 && /loading model|model is loading|still loading/i.test(said);
}

/**
 * How long to wait before a request that failed is sent again. A server that starts again needs a while, one that loads
 * its model a long one; one that says when to come back is believed.
 *
 * @param failures of this request so far, in order
 * @returns null where it is not to be sent again
 */
function waitBeforeRetry(failures: readonly Failure[]): number | null {
  const last = failures.at(-1);
  if (last === undefined || !isPassing(last)) return null;
  if (isLoading(last)) return failures.filter(isLoading).length <= mostLoadingTries ? loadingWaitMs : null;
  if (failures.filter(({ cause }) => cause === "timeout").length > 1) return null;
  const usual = waitsMs[failures.filter((one) => !isLoading(one)).length - 1];
  if (usual === undefined) return null;
  const asked = Math.max(usual, last.retryAfterMs ?? 0);
  return asked > longestWaitMs ? null : asked;
}

/** One less than tries. */
const waitsMs = [1_000, 4_000, 15_000, 60_000];
const longestWaitMs = 600_000;
/** Half an hour of loading. */
const loadingWaitMs = 5_000;
const mostLoadingTries = 360;

/** Whether the same request may be answered later. */
function isPassing({ cause, status }: Failure): boolean {
  if (cause === "status") return status === 429 || (status ?? 0) >= 500;
  return ["refused", "reset", "timeout", "malformed"].includes(cause);
}

import type { CompareGroup } from "../../figures/compare-schema.ts";
import type { RunSummary } from "../../figures/run-schema.ts";
import {
  coresShared,
  earlierClock,
  earlierClockLeftOut,
  markedTimeLeftOut,
  slowerAfterwards,
} from "../sentences/speed.ts";
import { speedLines } from "./speed-lines.ts";

type Speed = RunSummary["speed"];

/** Threads that have a core all the time reach 0.95 and more. */
const sharedBelow = 0.9;
/** What the fixed computation differs by on a quiet machine stays below. */
const slowerFrom = 1.15;

/** What a reader must know of the speed of these runs. */
export function speedNotes(speed: Speed, runs: readonly string[]): string[] {
  return [...disturbanceNotes(speed), ...clockNotes(speed, runs)];
}

function disturbanceNotes({ disturbance }: Speed): string[] {
  const { busyTimeShare: busy, sleptTimeShare: slept, cpuShare, pulseRatio } = disturbance;
  return [
    ...(busy === null || busy === 0 ? [] : [markedTimeLeftOut(busy, "busy")]),
    ...(slept === null || slept === 0 ? [] : [markedTimeLeftOut(slept, "slept")]),
    ...(cpuShare === null || cpuShare >= sharedBelow ? [] : [coresShared(cpuShare)]),
    ...(pulseRatio === null || pulseRatio < slowerFrom ? [] : [slowerAfterwards(pulseRatio)]),
  ];
}

/** Where nothing is known of next tokens, nothing is said of their clock. */
function clockNotes({ decodeClock, perConversation }: Speed, runs: readonly string[]): string[] {
  const { version, leftOut } = decodeClock;
  if (leftOut.length > 0) return [earlierClockLeftOut(leftOut)];
  const isTold = perConversation.decodeTokensPerSecond !== null;
  return version === 1 && isTold ? [earlierClock(runs)] : [];
}

/**
 * The same of every speed setting of these rows, each with its label where there are several.
 *
 * @param hasNextTokens whether figures of next tokens stand beside the notes
 */
export function speedLineNotes(groups: readonly CompareGroup[], hasNextTokens: boolean): string[] {
  const lines = speedLines(groups);
  return lines.flatMap(({ label, speeds }) =>
    speeds.flatMap(({ speed, runs }) =>
      (hasNextTokens ? speedNotes(speed, runs) : disturbanceNotes(speed)).map((note) =>
        lines.length === 1 ? note : `${label}: ${note}`,
      ),
    ),
  );
}

import { groupBy } from "../../group-by.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";
import { heldBackFrom } from "../../hardware/facts.ts";
import type { RunSummary } from "../../figures/run-schema.ts";
import type { RunRows } from "../../reading/rows.ts";
import { measuredAgain } from "../sentences/remeasure.ts";
import {
  coresShared,
  earlierClock,
  earlierClockLeftOut,
  heldBack,
  markedTimeLeftOut,
  slowerMachine,
  threadsChosenWhileBusy,
} from "../sentences/speed.ts";
import { movedNotes } from "./machine-kinds.ts";
import { speedLines } from "./speed-lines.ts";

type Speed = RunSummary["speed"];

/** Threads that have a core all the time reach 0.95 and more. */
const sharedBelow = 0.9;

/** What a reader must know of the speed of these runs. */
function speedNotes(speed: Speed, runs: readonly string[]): string[] {
  return [...disturbanceNotes(speed), ...clockNotes(speed, runs)];
}

/** The same of a single run. */
export function runSpeedNotes(speed: Speed, rows: RunRows): string[] {
  return [...speedNotes(speed, [rows.id]), ...movedNotes([rows])];
}

function disturbanceNotes({ disturbance, remeasuredTurns }: Speed): string[] {
  const { busyTimeShare, sleptTimeShare, prefillTokensPerSecond, decodeTokensPerSecond } = disturbance;
  const { cpuShare, pulseRatio, threadsDisturbed } = disturbance;
  const rates = { prefillTokensPerSecond, decodeTokensPerSecond };
  const leftOut = (share: number | null, why: "busy" | "slept"): string[] =>
    share === null || share === 0 ? [] : [markedTimeLeftOut({ share, ...rates }, why)];
  return [
    ...(remeasuredTurns === 0 ? [] : [measuredAgain(remeasuredTurns)]),
    ...leftOut(busyTimeShare, "busy"),
    ...leftOut(sleptTimeShare, "slept"),
    ...(cpuShare === null || cpuShare >= sharedBelow ? [] : [coresShared(cpuShare)]),
    ...(threadsDisturbed === true ? [threadsChosenWhileBusy()] : []),
    ...(pulseRatio === null || pulseRatio < heldBackFrom ? [] : [heldBack(pulseRatio)]),
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

/** Rows that were measured while their machine was slower than for the row for which it was fastest. */
export function machineNotes(groups: readonly CompareGroup[]): string[] {
  const timed = speedLines(groups).flatMap(({ label, speeds: [speed] }) => {
    const ms = speed?.speed.disturbance.pulseMs ?? null;
    return speed === undefined || ms === null ? [] : [{ label, machine: speed.machine, ms }];
  });
  return [...groupBy(timed, ({ machine }) => machine).values()].flatMap((lines) => {
    const [fast] = lines.toSorted((left, right) => left.ms - right.ms);
    if (fast === undefined) return [];
    return lines
      .filter(({ ms }) => ms >= heldBackFrom * fast.ms)
      .map(({ label, ms }) => slowerMachine(label, fast.label, ms / fast.ms));
  });
}

import { bytesText, durationText } from "../words/numbers.ts";

/**
 * What a suite takes: `ms` to `mostMs` of the trials whose length is known and `bytes` of the largest one, null where none
 * is known.
 */
export function planTotal({
  ms,
  mostMs,
  lengthsUnknown,
  bytes,
}: {
  readonly ms: number | null;
  readonly mostMs: number | null;
  readonly lengthsUnknown: number;
  readonly bytes: number | null;
}): string {
  const also = lengthsUnknown === 0 ? "" : `, and ${lengthsUnknown} of unknown length`;
  const time =
    ms === null ? "How long it takes is unknown" : `About ${durationRange(ms, mostMs)} in all${also}`;
  const memory =
    bytes === null ? "how much memory is unknown" : `at most ${bytesText(bytes)} of memory at a time`;
  return `${time}; ${memory}.`;
}

/** "2.3 s", "2.3 s to 15 s" where it depends on results. @param mostMs null: not known */
export function durationRange(ms: number, mostMs: number | null): string {
  if (mostMs === null) return `${durationText(ms)} or more`;
  return mostMs === ms ? durationText(ms) : `${durationText(ms)} to ${durationText(mostMs)}`;
}

/** That trials were not carried out, since another of the same settings stands for them. */
export function trialsShared(count: number): string {
  return `${count} with the settings of another`;
}

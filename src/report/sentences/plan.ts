import { bytesText, durationText } from "../numbers.ts";

/** What a suite takes: `ms` of the trials whose length is known and `bytes` of the largest one, null where none is known. */
export function planTotal({
  ms,
  lengthsUnknown,
  bytes,
}: {
  readonly ms: number | null;
  readonly lengthsUnknown: number;
  readonly bytes: number | null;
}): string {
  const also = lengthsUnknown === 0 ? "" : `, and ${lengthsUnknown} of unknown length`;
  const time = ms === null ? "How long it takes is unknown" : `About ${durationText(ms)} in all${also}`;
  const memory =
    bytes === null ? "how much memory is unknown" : `at most ${bytesText(bytes)} of memory at a time`;
  return `${time}; ${memory}.`;
}

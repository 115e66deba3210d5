import type { RunSummary } from "../figures/run-schema.ts";
import {
  decodedTogether,
  mixedTimeLeftOut,
  promptReused,
  promptReusedBesidePrefix,
} from "./sentences/run.ts";
import { decodedAlone, decodedByEach, energyTaken } from "./sentences/speed.ts";
import { durationText, rateWithMargin, unknown } from "./words/numbers.ts";

/** How fast a run was, as rows of a table of two columns. */
export function speedRows(speed: RunSummary["speed"]): string[][] {
  return [
    ["speed", speedText(speed)],
    ...besideRows(speed),
    ["first token", percentilesText(speed.ttftMs)],
    ["next tokens", percentilesText(speed.interTokenMs)],
    ["KV reuse", reuseText(speed)],
  ];
}

function speedText({
  aggregate,
  perConversation,
  disturbance: { busyTimeShare, sleptTimeShare },
  mixedBatches,
  mixedTimeShare,
}: RunSummary["speed"]): string {
  const { prefillTokensPerSecond, prefillInterval } = aggregate;
  const each = perConversation.decodeTokensPerSecond;
  // An engine without batches tells what each conversation had, among the others.
  const hasNoBatches = mixedBatches === 0 && (busyTimeShare ?? 0) + (sleptTimeShare ?? 0) === 0;
  const isUntold = prefillTokensPerSecond === null && aggregate.decodeTokensPerSecond === null;
  if (hasNoBatches && isUntold && each !== null) return decodedByEach(each);
  const prefill = `prefill ${rateWithMargin(prefillTokensPerSecond, prefillInterval)}`;
  const rates = `${prefill}, ${decodedTogether(aggregate)}`;
  return mixedBatches === 0 ? rates : `${rates}; ${mixedTimeLeftOut(mixedTimeShare)}`;
}

/** Only what was measured. */
function besideRows({ oneConversation, energy: { joules, ...per } }: RunSummary["speed"]): string[][] {
  return [
    ...(oneConversation.decodeTokensPerSecond === null ? [] : [["alone", decodedAlone(oneConversation)]]),
    ...(joules === null ? [] : [["energy", energyTaken({ joules, ...per })]]),
  ];
}

function percentilesText({ p50, p95 }: RunSummary["speed"]["ttftMs"]): string {
  return p50 === null ? unknown : `${durationText(p50)} p50, ${durationText(p95)} p95`;
}

function reuseText({ reuseShare, prefix }: RunSummary["speed"]): string {
  if (reuseShare.withPrefix === null) return unknown;
  const share = promptReused(reuseShare.withPrefix);
  if (prefix.tokens === null || prefix.tokens === 0) return `${share}, no prefix shared`;
  return `${share}; ${promptReusedBesidePrefix(reuseShare.withoutPrefix, prefix.tokens)}`;
}

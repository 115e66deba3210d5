import { Random } from "../../random.ts";
import type { ConfidenceKind, TokenConfidence } from "../../reply/confidence.ts";
import type { ScriptedRequest } from "./form.ts";
import type { Script } from "./script.ts";
import { isSlip } from "./reply.ts";
import { normal } from "./step-chance.ts";

/** A tie's gap: both tokens are all but equally likely. */
const tiedGap = 0.05;
/** What is no tie is at least so far from one. */
const leastGap = 0.3;

/**
 * How sure a script is of each token of its reply: as sure of one as of another, between two of them. Drawn from streams of
 * its own, so that what it says is the same.
 */
export function scriptedConfidence(
  script: Script,
  request: ScriptedRequest,
  kind: ConfidenceKind,
  { text, tokens }: { readonly text: string; readonly tokens: number },
): TokenConfidence[] {
  const gap = gapOf(script, request);
  const probability = 1 / (1 + Math.exp(-gap));
  return Array.from({ length: tokens }, (_, index) => ({
    end: Math.min(text.length, 4 * (index + 1)),
    probability,
    gap: kind === "top2" ? gap : null,
  }));
}

function gapOf(script: Script, request: ScriptedRequest): number {
  const { stream, gap, gapSpread, gapTrend, slipGap, tie } = script;
  const { rollout, turnIndex, sample } = request;
  const random = new Random(stream, "scripted-gap", rollout, turnIndex, sample);
  const isWrong = isSlip(script, request);
  if (isWrong && random.unit() < tie) return tiedGap;
  const lost = isWrong ? slipGap : doubtOf(script, request);
  return Math.max(leastGap, gap + gapSpread * normal(random) + gapTrend * turnIndex - lost);
}

/** What the turns before a slip take: whether one comes is known, since nothing else decides over it than draws and the turn. */
function doubtOf(script: Script, request: ScriptedRequest): number {
  const { doubt, doubtTurns } = script;
  if (doubt === 0) return 0;
  const ahead = Array.from({ length: doubtTurns }, (_, index) => request.turnIndex + index + 1);
  return ahead.some((turnIndex) => isSlip(script, { ...request, turnIndex })) ? doubt : 0;
}

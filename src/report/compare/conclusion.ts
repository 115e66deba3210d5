import type { RunRecord } from "../../store/rows.ts";
import { levelClaims } from "./level-claims.ts";
import { unlikeText } from "./unlike-settings.ts";
import { aloneSentences, besideSentences, isFlawless } from "./row-sentences.ts";
import * as row from "../sentences/rows.ts";
import * as say from "../sentences/conclusions.ts";
import { agreementSentences, pairSentence, severalSentences, untestedSentences } from "./pair-sentences.ts";
import { tierSentences, weaknessSentences } from "./tier-conclusion.ts";
import { type Contender, isMeasured, lastTurnOf } from "../../figures/contender.ts";
import { type Across, type Pair, ranked, testPairs } from "../../figures/pairs.ts";
import { type FoundTier, tiersOf } from "../../figures/tiers.ts";

export interface ConclusionOptions {
  /** The one that all others are compared with; null: every pair. */
  readonly baseline?: Contender | null;
  /** The pairs, if they were tested before; by default they are tested here. */
  readonly pairs?: readonly Pair[];
  /** The tiers of more than three rows; null: every pair is told. By default they are found here, unless pairs are given. */
  readonly tiers?: readonly FoundTier[] | null;
  /** What becomes of pairs under different settings. */
  readonly across?: Across;
  /** All runs of the document, by default those of the rows: what they were asked is not proposed. */
  readonly beside?: readonly RunRecord[];
}

/**
 * Which of these went further, in a sentence; more sentences only for what weakens it (a model at the floor, a cold
 * start, an interrupted or failed run).
 *
 * One goes further than another only where the test that decides the pair ({@link testPairs}) says so at 0.05. With
 * several pairs, p-values are adjusted by Holm's method over all of them.
 */
export function conclusionOf(contenders: readonly Contender[], options: ConclusionOptions = {}): string {
  const single = contenders.filter((one) => isProbed(one) || isStopped(one));
  const rest = contenders.filter((one) => !single.includes(one));
  const measured = rest.filter(isMeasured);
  const beside = options.beside ?? contenders.flatMap(({ rows }) => rows.map(({ run }) => run));
  const asked = single.flatMap((one) => [...probedOf(one), ...besideSentences(one, false, beside)]);
  if (rest.length === 0 && single.length > 0) return [...asked, ...levelClaims(single)].join(" ");
  const tiers = tiersFor(measured, options);
  const main = { ...options, beside, tiers };
  return [
    ...mainSentences(rest.length, measured, main),
    ...asked,
    ...(tiers === null ? rowSentences(rest, measured, beside) : weaknessSentences(rest, beside)),
    ...levelClaims([...measured, ...single]),
  ].join(" ");
}

function tiersFor(measured: readonly Contender[], options: ConclusionOptions): readonly FoundTier[] | null {
  const { baseline = null, across = "alike", pairs, tiers } = options;
  if (tiers !== undefined) return tiers;
  return pairs === undefined && baseline === null ? tiersOf(ranked(measured), across) : null;
}

/** What makes each row mean less. @param rest those without a turn included */
function rowSentences(
  rest: readonly Contender[],
  measured: readonly Contender[],
  beside: readonly RunRecord[],
): string[] {
  const leftOut = measured.length > 0 ? rest.filter((one) => !measured.includes(one)) : [];
  return [
    ...measured.flatMap((one) => besideSentences(one, measured.length === 1, beside)),
    ...measured.flatMap(({ label, status }) =>
      status === "complete" ? [] : [row.unfinishedSentence(label, status)],
    ),
    ...leftOut.map(({ label, status }) => row.leftOutSentence(label, status)),
  ];
}

function isProbed({ settings }: Contender): boolean {
  return settings.probe !== null;
}

/** It has answers, and was stopped since they could not be read. */
function isStopped(contender: Contender): boolean {
  return contender.overallTurnAccuracy.n > 0 && !isMeasured(contender);
}

/** Where it ended early, not every turn that was to be probed was asked. */
function probedOf(contender: Contender): string[] {
  const { label, turnAccuracy, overallTurnAccuracy } = contender;
  if (!isProbed(contender) || overallTurnAccuracy.n === 0) return [];
  const asked = turnAccuracy.map(({ turn }) => turn);
  return [row.probedSentence(label, asked, overallTurnAccuracy)];
}

/** The conclusion without what weakens it. @param asked how many there were, those without a turn included */
function mainSentences(
  asked: number,
  measured: readonly Contender[],
  options: ConclusionOptions & Required<Pick<ConclusionOptions, "beside" | "tiers">>,
): string[] {
  const [first] = measured;
  if (first === undefined) return [row.noTurnSentence(asked)];
  if (measured.length === 1) return aloneSentences(first, options.beside);
  const reason = unlikeText(measured);
  if (options.tiers !== null && !measured.every(isFlawless))
    return tiersSentences(measured, { ...options, tiers: options.tiers }, reason);
  if (reason !== null && options.across !== "all") return alikeSentences(measured, options, reason);
  if (measured.every(isFlawless)) {
    const turns = new Set(measured.map(lastTurnOf));
    const labels = measured.map(({ label }) => label);
    return [say.noneSlippedSentence(labels, turns.size === 1 ? ([...turns][0] ?? null) : null)];
  }
  return pairsSentences(measured, options);
}

/** @param reason in what they differ, as a list; null: in nothing that matters */
function tiersSentences(
  measured: readonly Contender[],
  { tiers, across, pairs }: ConclusionOptions & { readonly tiers: readonly FoundTier[] },
  reason: string | null,
): string[] {
  const [first] = tiers;
  const others = measured.filter((one) => !tiers.some(({ rows }) => rows.includes(one)));
  const untested = others.flatMap((behind) => (first === undefined ? [] : [{ ahead: first.best, behind }]));
  const apart =
    across === "all" || reason === null
      ? untestedSentences(untested, measured)
      : [say.notComparedSentence(reason)];
  return [
    ...tierSentences(tiers),
    ...agreementSentences(pairs ?? tiers.flatMap((tier) => tier.pairs), null),
    ...(others.length > 0 ? apart : []),
  ];
}

/** Where settings differ: what can be told of those alike, and that the others are not compared. */
function alikeSentences(
  measured: readonly Contender[],
  options: ConclusionOptions,
  reason: string,
): string[] {
  const { baseline = null } = options;
  const pairs = options.pairs ?? testPairs(ranked(measured), { baseline, across: "alike" });
  const couples = baseline === null ? (measured.length * (measured.length - 1)) / 2 : measured.length - 1;
  return [
    ...pairsSentences(measured, { ...options, pairs }),
    ...(pairs.length < couples ? [say.notComparedSentence(reason)] : []),
  ];
}

function pairsSentences(measured: readonly Contender[], options: ConclusionOptions): string[] {
  const { baseline = null, across = "alike" } = options;
  const all = options.pairs ?? testPairs(ranked(measured), { baseline, across });
  const pairs = all.filter(({ decidedBy }) => decidedBy !== "nothing");
  const apart = untestedSentences(
    all.filter(({ decidedBy }) => decidedBy === "nothing"),
    measured,
  );
  const [only] = pairs;
  if (only === undefined) return apart;
  if (all.length === 1 && measured.length === 2)
    return [pairSentence(only), ...agreementSentences(pairs, baseline)];
  const beside = agreementSentences(pairs, baseline);
  return [...severalSentences(pairs, baseline, measured.length), ...beside, ...apart];
}

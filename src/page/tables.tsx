import type { CompareDocument } from "../figures/compare-schema.ts";
import { speedLines } from "../report/compare/speed-lines.ts";
import { tierOf } from "../report/compare/tier-column.ts";
import { bytesText, parametersText, partText, quantizationText, rateText, rateWithMargin, shareText, unknown, horizonName } from "../report/words/numbers.ts";
import { horizonWithInterval, stepsText } from "../report/sentences/horizons.ts";
import type { MeanTurnsDifference, PageDocument, QuantizationFamily } from "../report/page/page-schema.ts";
import { ofWhom } from "../report/words/survivors.ts";
import type { SuiteDocument } from "../report/suite/suite-schema.ts";
import { Table } from "./table.tsx";

type Group = CompareDocument["groups"][number];

/**
 * @param unlike the settings in which rows differ: each is a column
 * @param thresholds of the horizons that are columns
 */
export function ModelTable({
  groups,
  tiers,
  unlike,
  thresholds,
}: Pick<CompareDocument, "groups" | "tiers"> & { readonly unlike: PageDocument["unlike"] } & Shown) {
  const tier = tierOf({ groups, tiers });
  const isInSteps = unlike.includes("keysPerTurn");
  const shown = thresholds ?? [0.5, 0.8];
  const titles = shown.map((s) => horizonTitle(s, isInSteps));
  const areTurnsUnlike = new Set(groups.map(({ settings }) => settings.turns)).size > 1;
  return (
    // Results come first: a table that is too wide goes on below, and horizons stay together.
    <Table
      caption="Models"
      asked={thresholds === undefined ? [] : titles}
      columns={["model", ...(tier === null ? [] : ["tier"]), ...titles, "turns right (95 %)", ...unlike.map(spelled), "turns", "rollouts", "parameters", "quantization (bits a weight)", "file", "at the floor of", "decode tokens/s", "conversations in a batch", "memory"]}
      rows={groups.map((group) => [
        group.label,
        ...(tier === null ? [] : [String(tier(group) ?? unknown)]),
        ...shown.map((s) => horizonCell(group, s, isInSteps)),
        ofWhom(group, shareText(group.overallTurnAccuracy)),
        ...unlike.map((name) => written(group.settings[name])),
        areTurnsUnlike ? String(group.settings.turns) : "",
        group.rollouts.counted.toLocaleString("en"),
        parametersText(group.model.parameters),
        quantizationText(group.model),
        bytesText(group.model.bytes),
        group.floor?.of ?? "",
        rateWithMargin(group.speed.aggregate.decodeTokensPerSecond, group.speed.aggregate.decodeInterval),
        rateText(group.speed.aggregate.conversations),
        bytesText(group.memory.peakRssBytes),
      ])}
    />
  );
}

/** "keysPerTurn" -> "keys per turn" */
function spelled(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A line for each speed setting and machine. */
export function SpeedTable({ groups }: { readonly groups: readonly Group[] }) {
  return (
    <Table
      caption="Speed"
      columns={["model", "prefill tokens/s", "decode tokens/s", "conversations in a batch", "one conversation by itself, tokens/s", "first token ms, p50", "first token ms, p95", "next tokens ms, p50", "KV reuse", "right turns/s", "tokens per right turn", "joules a token", "joules a right turn"]}
      rows={speedLines(groups).map(({ label, speed, correctTurnsPerSecond, tokensPerCorrectTurn }) => [
        label,
        rateWithMargin(speed.aggregate.prefillTokensPerSecond, speed.aggregate.prefillInterval),
        rateWithMargin(speed.aggregate.decodeTokensPerSecond, speed.aggregate.decodeInterval),
        rateText(speed.aggregate.conversations),
        rateWithMargin(speed.oneConversation.decodeTokensPerSecond, speed.oneConversation),
        rateText(speed.ttftMs.p50),
        rateText(speed.ttftMs.p95),
        rateText(speed.interTokenMs.p50),
        partText(speed.reuseShare.withPrefix),
        rateText(correctTurnsPerSecond),
        rateText(tokensPerCorrectTurn),
        rateText(speed.energy.joulesPerToken),
        rateText(speed.energy.joulesPerRightTurn),
      ])}
    />
  );
}

/** What share of the wrong numbers fits each cause, beside what errors without any meaning would have. */
export function SlipTable({ groups }: { readonly groups: readonly Group[] }) {
  return (
    <Table
      caption="What wrong numbers fit"
      columns={["model", "what it fits", "wrong numbers", "share (95 %)", "by chance", "above chance"]}
      rows={groups.flatMap(({ label, slips }) =>
        (slips?.kinds ?? [])
          .filter(({ correct }) => correct > 0)
          .toSorted((left, right) => right.correct - left.correct)
          .map((found) => [
            label,
            kindWords[found.kind as keyof typeof kindWords] ?? found.kind,
            `${found.correct.toLocaleString("en")} of ${found.n.toLocaleString("en")}`,
            shareText(found),
            partText(found.chance),
            // What fits nothing, or several causes, is none itself.
            found.kind === "unknown" || found.kind === "ambiguous" ? "" : found.isAboveChance ? "yes" : "not shown",
          ]),
      )}
    />
  );
}

/** How causes are called here. */
const kindWords = {
  other_key: "another key's value",
  digit_slip: "a digit off",
  unknown: "nothing known",
  ambiguous: "several of these",
  repeated_answer: "last number again",
  key_dropped: "key left out",
  key_doubled: "key counted twice",
  sign_flipped: "key's sign wrong",
  answer_negated: "sign wrong",
  stale_state: "an older total",
  value_only: "total left out",
  example_total: "the examples' total",
  repair: "the true total",
};

/** What comes after the first slip of a rollout: whether it is worth going on. */
export function AfterSlipTable({ groups }: { readonly groups: readonly Group[] }) {
  return (
    <Table
      caption="After the first slip"
      columns={[
        "model",
        "rollouts that slipped",
        "turns right up to it (95 %)",
        "next turn right (95 %)",
        "all turns after it (95 %)",
        "longest repeat of an answer, turns",
        "no right answer after it",
        "last right answer of half, turn",
      ]}
      rows={groups.map(({ label, afterSlip }) => {
        if (afterSlip === null) return [label, ...Array.from({ length: 7 }, () => unknown)];
        const { rollouts, slipped, followed, before, next, after, longestRepeat, neverRight, noneRightAfter } = afterSlip;
        const known = (text: string): string => (followed === 0 ? unknown : text);
        return [
          label,
          `${slipped.toLocaleString("en")} of ${rollouts.toLocaleString("en")}`,
          shareText(before),
          shareText(next),
          shareText(after),
          longestRepeat === null ? unknown : longestRepeat.turns.toLocaleString("en"),
          known(`${neverRight.correct.toLocaleString("en")} of ${neverRight.n.toLocaleString("en")}`),
          known(noneRightAfter === null ? "at the end" : noneRightAfter.toLocaleString("en")),
        ];
      })}
    />
  );
}

/** One model in several quantizations or types of KV cache, the one that gets furthest first. */
export function FamilyTable({
  family,
  groups,
  thresholds = [0.5],
}: { readonly family: QuantizationFamily; readonly groups: readonly Group[] } & Shown) {
  return (
    <Table
      caption={family.name}
      columns={["model", "quantization (bits a weight)", "KV cache", ...thresholds.map((s) => horizonTitle(s)), "mean turns, less the first row's (95 %)", "turns right (95 %)", "decode tokens/s", "conversations in a batch", "file"]}
      rows={family.rows.flatMap(({ label, difference }) =>
        groups
          .filter((group) => group.label === label)
          .map((group) => [
            label,
            quantizationText(group.model),
            `${group.settings.kvTypeK ?? unknown}/${group.settings.kvTypeV ?? unknown}`,
            ...thresholds.map((s) => horizonCell(group, s)),
            difference === null ? "" : differenceCell(difference),
            ofWhom(group, shareText(group.overallTurnAccuracy)),
            rateWithMargin(group.speed.aggregate.decodeTokensPerSecond, group.speed.aggregate.decodeInterval),
            rateText(group.speed.aggregate.conversations),
            bytesText(group.model.bytes),
          ]),
      )}
    />
  );
}

/** "-3.2 (-5.0 to -1.4) of 60" */
function differenceCell({ mean, low, high, limit }: MeanTurnsDifference): string {
  const one = (value: number | null): string => (value === null ? unknown : value.toFixed(1).replace("-", "\u2212"));
  return `${one(mean)} (${one(low)} to ${one(high)}) of ${limit}`;
}

/** Of the horizons that a table shows; absent: the usual ones. */
interface Shown {
  readonly thresholds?: readonly number[] | undefined;
}

/** @param isInSteps where rows have turns of unlike sizes, which are no common unit */
function horizonTitle(s: number, isInSteps = false): string {
  return `${horizonName(s)} ${isInSteps ? "in steps" : "(95 %)"}`;
}

/** @param isInSteps as of its title */
function horizonCell({ horizons, settings }: Group, s: number, isInSteps = false): string {
  const found = horizons.find((one) => one.s === s);
  if (found === undefined) return unknown;
  return isInSteps ? stepsText(found, settings.keysPerTurn) : horizonWithInterval(found);
}

/** One experiment of a suite. */
export function ExperimentTable({ experiment }: { readonly experiment: SuiteDocument["experiments"][number] }) {
  const { rows, comparison } = experiment;
  const { groups, thresholds = [0.5] } = comparison;
  const isInSteps = new Set(groups.map(({ settings }) => settings.keysPerTurn)).size > 1;
  // Names of models are long, and stand above the experiments.
  const isOneModel = new Set(rows.map(({ model }) => model)).size === 1;
  return (
    <Table
      caption={experiment.experiment}
      columns={["arm", "model", "turns right (95 %)", ...thresholds.map((s) => horizonTitle(s, isInSteps)), "errors shown", "tokens/turn", "ms/turn"]}
      rows={rows.map(({ arm, model, history, costs: { prefilledTokens: filled, decodedTokens: decoded, engineMs } }, index) => {
        const group = groups[index];
        return [
          arm,
          isOneModel ? "" : model,
          group === undefined ? unknown : ofWhom(group, shareText(group.overallTurnAccuracy)),
          // Turns asked by themselves, or one alone, tell none.
          ...thresholds.map((s) =>
            group === undefined || group.settings.probe !== null || group.settings.turns === 1 ? "" : horizonCell(group, s, isInSteps),
          ),
          partText(history.errorShare),
          rateText(filled === null || decoded === null ? null : filled + decoded),
          rateText(engineMs),
        ];
      })}
    />
  );
}

/** A setting as it stands in a cell. */
function written(value: unknown): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}

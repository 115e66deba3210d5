import type { CompareDocument } from "../report/compare/schema.ts";
import {
  bytesText,
  horizonIntervalText,
  horizonText,
  parametersText,
  partText,
  rateText,
  shareText,
  unknown,
} from "../report/numbers.ts";
import type { MeanTurnsDifference, PageDocument, QuantizationFamily } from "../report/page/schema.ts";
import type { SuiteDocument } from "../report/suite/schema.ts";

type Group = CompareDocument["groups"][number];

/** Columns and rows of any table of the page; columns in which nothing is known are left out. */
export function Table({
  caption,
  columns: titles,
  rows: cells,
}: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}) {
  const kept = titles.map((_, index) => index === 0 || cells.some((row) => row[index] !== "" && row[index] !== unknown));
  const columns = titles.filter((_, index) => kept[index]);
  const rows = cells.map((row) => row.filter((_, index) => kept[index]));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest]) => (
            <tr>
              <th scope="row">{first}</th>
              {rest.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** @param unlike the settings in which rows differ: each is a column */
export function ModelTable({ groups, unlike }: { readonly groups: readonly Group[]; readonly unlike: PageDocument["unlike"] }) {
  const areTurnsUnlike = new Set(groups.map(({ settings }) => settings.turns)).size > 1;
  return (
    <Table
      caption="Models"
      columns={["model", ...unlike.map(spelled), "turns", "rollouts", "parameters", "quantization", "file", "H50 (95 %)", "H80 (95 %)", "turns right (95 %)", "decode tokens/s", "memory"]}
      rows={groups.map((group) => [
        group.label,
        ...unlike.map((name) => String(group.settings[name])),
        areTurnsUnlike ? String(group.settings.turns) : "",
        group.rollouts.counted.toLocaleString("en"),
        parametersText(group.model.parameters),
        group.model.quantization ?? unknown,
        bytesText(group.model.bytes),
        horizonCell(group, 0.5),
        horizonCell(group, 0.8),
        shareText(group.overallTurnAccuracy),
        rateText(group.speed.aggregate.decodeTokensPerSecond),
        bytesText(group.memory.peakRssBytes),
      ])}
    />
  );
}

/** "keysPerTurn" -> "keys per turn" */
function spelled(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function SpeedTable({ groups }: { readonly groups: readonly Group[] }) {
  return (
    <Table
      caption="Speed"
      columns={["model", "prefill tokens/s", "decode tokens/s", "first token ms, p50", "p95", "next tokens ms, p50", "KV reuse", "right turns/s", "tokens per right turn"]}
      rows={groups.map(({ label, speed, correctTurnsPerSecond, tokensPerCorrectTurn }) => [
        label,
        rateText(speed.aggregate.prefillTokensPerSecond),
        rateText(speed.aggregate.decodeTokensPerSecond),
        rateText(speed.ttftMs.p50),
        rateText(speed.ttftMs.p95),
        rateText(speed.interTokenMs.p50),
        partText(speed.reuseShare.withPrefix),
        rateText(correctTurnsPerSecond),
        rateText(tokensPerCorrectTurn),
      ])}
    />
  );
}

/** What share of the wrong numbers fits each cause, beside what errors without any meaning would have. */
export function SlipTable({ groups }: { readonly groups: readonly Group[] }) {
  return (
    <Table
      caption="How wrong numbers came about"
      columns={["model", "what it fits", "of", "share (95 %)", "by chance"]}
      rows={groups.flatMap(({ label, slips }) =>
        (slips?.kinds ?? [])
          .filter(({ correct }) => correct > 0)
          .toSorted((left, right) => right.correct - left.correct)
          .map((found) => [
            label,
            found.kind.replaceAll("_", " "),
            `${found.correct.toLocaleString("en")} of ${found.n.toLocaleString("en")}`,
            shareText(found),
            partText(found.chance),
          ]),
      )}
    />
  );
}

/** One model in several quantizations or types of KV cache, the one that gets furthest first. */
export function FamilyTable({ family, groups }: { readonly family: QuantizationFamily; readonly groups: readonly Group[] }) {
  return (
    <Table
      caption={family.name}
      columns={["model", "quantization", "KV cache", "file", "H50 (95 %)", "turns right (95 %)", "decode tokens/s", "mean turns, less the first row's (95 %)"]}
      rows={family.rows.flatMap(({ label, difference }) =>
        groups
          .filter((group) => group.label === label)
          .map((group) => [
            label,
            group.model.quantization ?? unknown,
            `${group.settings.kvTypeK ?? unknown}/${group.settings.kvTypeV ?? unknown}`,
            bytesText(group.model.bytes),
            horizonCell(group, 0.5),
            shareText(group.overallTurnAccuracy),
            rateText(group.speed.aggregate.decodeTokensPerSecond),
            difference === null ? "" : differenceCell(difference),
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

/** "20 (8 to 37)", "> 60", "fails at turn 1" */
function horizonCell({ horizons }: Group, s: number): string {
  const found = horizons.find((one) => one.s === s);
  if (found === undefined) return unknown;
  const interval = horizonIntervalText(found);
  return interval === null ? horizonText(found) : `${horizonText(found)} (${interval})`;
}

/** One experiment of a suite. */
export function ExperimentTable({ experiment }: { readonly experiment: SuiteDocument["experiments"][number] }) {
  const { rows, comparison } = experiment;
  // Names of models are long: one that is the same everywhere stands in the heading of the page.
  const isOneModel = new Set(rows.map(({ model }) => model)).size === 1;
  return (
    <Table
      caption={experiment.experiment}
      columns={["arm", "model", "turns right (95 %)", "H50 (95 %)", "errors shown", "tokens/turn", "ms/turn"]}
      rows={rows.map(({ arm, model, label, history, costs: { prefilledTokens: filled, decodedTokens: decoded, engineMs } }) => {
        const group = comparison.groups.find((one) => one.label === label);
        return [
          arm,
          isOneModel ? "" : model,
          group === undefined ? unknown : shareText(group.overallTurnAccuracy),
          group === undefined || group.settings.probe !== null ? "" : horizonCell(group, 0.5),
          partText(history.errorShare),
          rateText(filled === null || decoded === null ? null : filled + decoded),
          rateText(engineMs),
        ];
      })}
    />
  );
}

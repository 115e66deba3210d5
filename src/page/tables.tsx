import type { CompareDocument } from "../report/compare/schema.ts";
import type { SuiteDocument } from "../report/suite/schema.ts";
import { bytes, horizon, interval, number, percent, share } from "./words.ts";

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
  const kept = titles.map((_, index) => index === 0 || cells.some((row) => row[index] !== "" && row[index] !== "unknown"));
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

export function ModelTable({ groups }: { readonly groups: readonly Group[] }) {
  return (
    <Table
      caption="Models"
      columns={["model", "parameters", "quantization", "file", "H50 (95 %)", "H80 (95 %)", "turns right (95 %)", "decode tokens/s", "memory"]}
      rows={groups.map((group) => [
        group.label,
        number(group.model.parameters),
        group.model.quantization ?? "unknown",
        bytes(group.model.bytes),
        horizon(group, 0.5),
        horizon(group, 0.8),
        share(group.overallTurnAccuracy),
        number(group.speed.aggregate.decodeTokensPerSecond),
        bytes(group.memory.peakRssBytes),
      ])}
    />
  );
}

export function SpeedTable({ groups }: { readonly groups: readonly Group[] }) {
  return (
    <Table
      caption="Speed"
      columns={["model", "prefill tokens/s", "decode tokens/s", "first token ms, p50", "p95", "next tokens ms, p50", "KV reuse", "right turns/s", "tokens per right turn"]}
      rows={groups.map(({ label, speed, correctTurnsPerSecond, tokensPerCorrectTurn }) => [
        label,
        number(speed.aggregate.prefillTokensPerSecond),
        number(speed.aggregate.decodeTokensPerSecond),
        number(speed.ttftMs.p50),
        number(speed.ttftMs.p95),
        number(speed.interTokenMs.p50),
        percent(speed.reuseShare.withPrefix),
        number(correctTurnsPerSecond),
        number(tokensPerCorrectTurn),
      ])}
    />
  );
}

export function SlipTable({ groups }: { readonly groups: readonly Group[] }) {
  const known = groups.filter(({ slips }) => slips !== null && slips.slips > 0);
  const kinds = [...new Set(known.flatMap(({ slips }) => slips?.kinds.filter(({ correct }) => correct > 0).map(({ kind }) => kind) ?? []))];
  return (
    <Table
      caption="How wrong numbers came about"
      columns={["model", "slips", ...kinds.map((kind) => `${kind.replaceAll("_", " ")} / chance`)]}
      rows={known.map(({ label, slips }) => [
        label,
        number(slips?.slips ?? null),
        ...kinds.map((kind) => {
          const found = slips?.kinds.find((one) => one.kind === kind);
          return found === undefined ? "" : `${share(found)} / ${percent(found.chance)}`;
        }),
      ])}
    />
  );
}

/** Models of one architecture and size in several quantizations or KV types. */
export function QuantizationTable({ document }: { readonly document: CompareDocument }) {
  const rows = quantized(document.groups);
  return (
    <Table
      caption="Quantizations"
      columns={["quantization", "KV cache", "file", "H50 (95 %)", "turns right (95 %)", "decode tokens/s", "mean turns, difference to the best (95 %)"]}
      rows={rows.map((group) => {
        const pair = document.pairs.find(({ behind }) => behind === group.label);
        const difference = pair?.meanTurnsDifference ?? null;
        return [
          `${group.model.quantization ?? "unknown"} ${group.label}`,
          `${group.settings.kvTypeK ?? "unknown"}/${group.settings.kvTypeV ?? "unknown"}`,
          bytes(group.model.bytes),
          horizon(group, 0.5),
          share(group.overallTurnAccuracy),
          number(group.speed.aggregate.decodeTokensPerSecond),
          difference === null ? "" : `${(-difference.mean).toFixed(1)} (${interval(negated(difference.high), negated(difference.low))})`,
        ];
      })}
    />
  );
}

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}

export function quantized(groups: readonly Group[]): Group[] {
  const key = ({ model }: Group): string => `${model.architecture} ${model.parameters}`;
  const forms = ({ model, settings }: Group): string => `${model.quantization} ${settings.kvTypeK} ${settings.kvTypeV}`;
  return groups.filter(
    (group) =>
      group.model.parameters !== null &&
      new Set(groups.filter((other) => key(other) === key(group)).map(forms)).size > 1,
  );
}

/** One experiment of a suite. */
export function ExperimentTable({ experiment }: { readonly experiment: SuiteDocument["experiments"][number] }) {
  const { rows, comparison } = experiment;
  return (
    <Table
      caption={experiment.experiment}
      columns={["arm", "model", "turns right (95 %)", "H50 (95 %)", "errors shown", "tokens/turn", "ms/turn"]}
      rows={rows.map(({ arm, model, label, history, costs }) => {
        const group = comparison.groups.find((one) => one.label === label);
        return [
          arm,
          model,
          group === undefined ? "unknown" : share(group.overallTurnAccuracy),
          group === undefined || group.settings.probe !== null ? "" : horizon(group, 0.5),
          percent(history.errorShare),
          number(costs.prefilledTokens === null ? null : costs.prefilledTokens + (costs.decodedTokens ?? 0)),
          number(costs.engineMs),
        ];
      })}
    />
  );
}

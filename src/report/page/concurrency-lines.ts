import { groupBy } from "../../group-by.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import type { ConcurrencyLine, ConcurrencyPoint } from "./page-schema.ts";

/** How fast a row decoded by conversations at a time: in its runs, alone, and where it was tried before them. */
export function concurrencyLines(
  rows: readonly { readonly group: ReadGroup; readonly row: CompareGroup }[],
): ConcurrencyLine[] {
  return rows.flatMap(({ group, row }) => {
    const machines = groupBy(
      row.speeds.map((speed, index) => ({ speed, runs: group.speeds[index]?.rows ?? [] })),
      ({ speed }) => speed.machine,
    );
    return [...machines].map(([machine, settings]) => ({
      label: machines.size > 1 ? `${row.label} · ${machine}` : row.label,
      points: [
        ...settings.flatMap(({ speed }) => measuredPoints(speed)),
        ...triedPoints(settings.flatMap(({ runs }) => runs)),
      ].toSorted((left, right) => left.conversations - right.conversations),
    }));
  });
}

function measuredPoints({ speed }: CompareGroup["speeds"][number]): ConcurrencyPoint[] {
  const { aggregate, oneConversation } = speed;
  const { decodeTokensPerSecond: together, conversations, decodeInterval } = aggregate;
  const { decodeTokensPerSecond: alone, low, high } = oneConversation;
  return [
    ...(together === null || conversations === null
      ? []
      : [{ conversations, tokensPerSecond: together, ...decodeInterval, from: "run" as const }]),
    ...(alone === null
      ? []
      : [{ conversations: 1, tokensPerSecond: alone, low, high, from: "alone" as const }]),
  ];
}

/** A choice that was taken from an earlier run stands with each run: it is one trial. */
function triedPoints(runs: ReadGroup["rows"]): ConcurrencyPoint[] {
  const tried = runs.flatMap(({ run }) => run.tuning?.conversationsTried ?? []);
  const each = groupBy(tried, (one) => JSON.stringify(one));
  return [...each.values()].flatMap(([first]) =>
    first === undefined
      ? []
      : [
          {
            conversations: first.parallel,
            tokensPerSecond: first.tokensPerSecond,
            low: null,
            high: null,
            from: "trial" as const,
          },
        ],
  );
}

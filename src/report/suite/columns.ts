import type { Measure } from "../tables/measure-table.ts";
import { horizonCell } from "../tables/run-table.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";
import { partText, shareText, significant, unknown } from "../words/numbers.ts";
import { stepsText } from "../sentences/horizons.ts";
import { ofWhom } from "../words/survivors.ts";
import type { SuiteRow } from "./suite-schema.ts";

/** A row of a suite's table: its own figures, and those that every comparison has. */
export interface ArmRow extends SuiteRow {
  readonly group: CompareGroup;
}

type Cell = Omit<Measure<ArmRow>, "rank">;
const right = "right";

const all: Cell = {
  title: "turns right (95 %)",
  cell: ({ group }) => ofWhom(group, shareText(group.overallTurnAccuracy)),
};
const early: Cell = {
  title: "first quarter",
  cell: ({ early: share, group }) => ofWhom(group, shareText(share)),
};
const late: Cell = {
  title: "last quarter",
  cell: ({ late: share, group }) => ofWhom(group, shareText(share)),
};
const half: Cell = { title: "H50 (95 %)", cell: ({ group }) => horizonOf(group, 0.5) };
const eighty: Cell = { title: "H80 (95 %)", cell: ({ group }) => horizonOf(group, 0.8) };
const steps: Cell = {
  title: "H50 in steps",
  align: right,
  cell: ({ group }) => {
    const found = group.horizons.find(({ s }) => s === 0.5);
    return found === undefined ? unknown : stepsText(found, group.settings.keysPerTurn);
  },
};
const finished: Cell = {
  title: "without an error at the end",
  align: right,
  cell: ({ group }) => partText(group.taskAccuracy.at(-1)?.accuracy ?? null),
};
const shown: Cell = {
  title: "errors shown",
  align: right,
  cell: ({ history }) => partText(history.errorShare),
};
const breaks: Cell = {
  title: "breaks shown",
  align: right,
  cell: ({ history }) => partText(history.breakShare),
};
const repairs: Cell = {
  title: "repaired",
  align: right,
  cell: ({ repairs: share }) => partText(share.accuracy),
};
const unreadable: Cell = {
  title: "unreadable",
  cell: ({ group }) => ofWhom(group, shareText(group.formatFailures)),
};
const cut: Cell = {
  title: "cut or not closed",
  align: right,
  cell: ({ group }) => {
    const { truncated, reasoning_unclosed: open } = group.outcomes;
    const asked = group.overallTurnAccuracy.n;
    return asked === 0 ? unknown : partText((truncated + open) / asked);
  },
};
const tokens: Cell = {
  title: "tokens/turn",
  align: right,
  cell: ({ costs }) => perTurn(sumOf(costs.prefilledTokens, costs.decodedTokens)),
};
const decoded: Cell = { title: "decoded", align: right, cell: ({ costs }) => perTurn(costs.decodedTokens) };
const samples: Cell = { title: "samples", align: right, cell: ({ costs }) => perTurn(costs.samples) };
const reasoning: Cell = {
  title: "reasoning",
  align: right,
  cell: ({ costs }) => perTurn(costs.reasoningTokens),
};
const time: Cell = { title: "ms/turn", align: right, cell: ({ costs }) => perTurn(costs.engineMs) };
const temperature: Cell = {
  title: "T",
  align: right,
  cell: ({ group }) => String(group.settings.temperature),
};
const task: Cell = { title: "task", cell: ({ group }) => group.settings.task };

const tables: Readonly<Record<string, readonly Cell[]>> = {
  horizon: [half, steps, all, unreadable, cut, eighty, tokens, time],
  degradation: [early, late, all, half],
  "self-conditioning": [shown, all, breaks, repairs, early, late],
  thinking: [all, half, unreadable, cut, decoded, reasoning, tokens, time],
  capacity: [all],
  "turns-against-keys": [all, steps, finished, half, tokens, time],
  mitigations: [all, half, tokens, time, decoded, eighty],
  votes: [all, decoded, samples, half, tokens, time],
  ablations: [all, half, early, late, task],
  format: [all, unreadable, half, time, decoded],
  temperature: [all, half, temperature, late],
};

/** The columns of an experiment's table, the most telling ones last to go when the terminal is narrow. */
export function armColumns(kind: string): readonly Measure<ArmRow>[] {
  return (tables[kind] ?? [all, half, eighty, tokens, time]).map((cell, rank) => ({ ...cell, rank }));
}

/** Arms in which only some turns were asked have no horizon. */
function horizonOf(group: CompareGroup, s: number): string {
  return group.settings.probe === null ? horizonCell(group, s) : unknown;
}

function sumOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

function perTurn(value: number | null): string {
  return value === null ? unknown : significant(value);
}

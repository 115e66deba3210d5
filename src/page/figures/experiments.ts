import { partText } from "../../report/words/numbers.ts";
import type { PageDocument } from "../../report/page/page-schema.ts";
import { namedOfWhom } from "../../report/words/survivors.ts";
import { styleOf } from "./palette.ts";
import { conditioningFigure } from "./conditioning.ts";
import { curveFigure } from "./curves.ts";
import { headlineFigures } from "./headline.ts";
import { horizonFigure } from "./horizons.ts";
import { quantizationFigures } from "./quantization.ts";
import { axes, base, below, type Figure, itemBase, percentAxis, text } from "./drawing.ts";

type Experiment = PageDocument["suites"][number]["experiments"][number];

/** Figures of suites, by what each experiment asks; those without a figure of their own are tables only. */
export function experimentFigures({ suites }: PageDocument): Figure[] {
  return suites.flatMap(({ suite, experiments }) =>
    experiments.flatMap((experiment): Figure[] => {
      const id = `${suite}-${experiment.experiment}`.replace(/[^\w-]+/g, "-");
      switch (experiment.experiment.split(":", 1)[0]) {
        case "degradation":
          return [healedFigure(id, experiment)];
        case "self-conditioning":
          return experiment.slopes.length > 0 ? [conditioningFigure(id, experiment)] : [];
        case "mitigations":
          return [costFigure(`mitigation-${id}`, experiment, allTokens)];
        case "votes":
          return [costFigure(`votes-${id}`, experiment, decodedTokens)];
        case "horizon":
          return [horizonFigure(id, experiment)].filter((figure) => figure !== null);
        case "headline":
          return headlineFigures(experiment.comparison, `${id}-`);
        case "quantization":
          return quantizationFigures(experiment.comparison, `quantization-${id}`);
        case "capacity":
          return experiment.capacities.length > 0 ? [capacityFigure(id, experiment)] : [];
        default:
          return [];
      }
    }),
  );
}

/** The model's own history beside one in which every answer is healed. */
function healedFigure(id: string, { experiment, comparison }: Experiment): Figure {
  const curves = comparison.groups.map((group) => ({
    label: namedOfWhom(group),
    points: group.turnAccuracy,
  }));
  return curveFigure(`healed-${id}`, `Turns right with own and healed history: ${experiment}`, curves);
}

type Costs = Experiment["rows"][number]["costs"];

/** The tokens of a turn that arms are set out by. */
interface Tokens {
  readonly name: string;
  readonly of: (costs: Costs) => number | null;
}

const allTokens: Tokens = {
  name: "tokens a turn",
  of: ({ prefilledTokens: filled, decodedTokens: decoded }) =>
    filled === null || decoded === null ? null : filled + decoded,
};
const decodedTokens: Tokens = { name: "decoded tokens a turn", of: ({ decodedTokens: decoded }) => decoded };

/** What each arm brings, and what it takes. */
function costFigure(id: string, { experiment, rows, comparison }: Experiment, { name, of }: Tokens): Figure {
  const points = rows.flatMap(({ label, costs }, index) => {
    const group = comparison.groups[index];
    const tokens = of(costs);
    const accuracy = group?.overallTurnAccuracy.accuracy ?? null;
    return tokens === null || group === undefined || accuracy === null
      ? []
      : [{ label: namedOfWhom({ ...group, label }), tokens, accuracy, ms: costs.engineMs }];
  });
  return {
    id,
    title: `Turns right against ${name}: ${experiment}`,
    label: points
      .map(({ label, tokens, accuracy }) => `${label}: ${partText(accuracy)} for ${text(tokens)} tokens`)
      .join("; "),
    columns: ["arm", name, "turns right", "ms a turn"],
    rows: points.map(({ label, tokens, accuracy, ms }) => [label, tokens, accuracy, ms]),
    option: (ground) => ({
      ...itemBase(ground),
      xAxis: {
        type: "value",
        ...below(name),
        ...axes(ground),
      },
      yAxis: percentAxis(ground, ""),
      series: points.map(({ label, tokens, accuracy }, index) => ({
        type: "scatter",
        name: label,
        symbolSize: 11,
        itemStyle: { color: styleOf(index).color },
        data: [[tokens, accuracy]],
      })),
    }),
  };
}

/** Share of single turns right by the number of keys, as the monotone fit has it. */
function capacityFigure(id: string, { experiment, capacities }: Experiment): Figure {
  const lines = capacities.map((one) => ({ ...one, label: capacityLabel(one) }));
  return {
    id: `capacity-${id}`,
    title: `Single turns right by keys: ${experiment}`,
    label: lines.map(({ label, keys, low, high }) => `${label}: ${keys} keys (${low} to ${high})`).join("; "),
    columns: ["model", "keys", "asked", "right", "fitted share"],
    rows: lines.flatMap(({ label, sizes }) =>
      sizes.map(({ keys, n, correct, share }) => [label, keys, n, correct, share]),
    ),
    option: (ground) => ({
      ...base(ground),
      xAxis: {
        type: "value",
        name: "keys in a turn",
        nameLocation: "middle",
        nameGap: 28,
        minInterval: 1,
        ...axes(ground),
      },
      yAxis: percentAxis(ground, ""),
      series: lines.map(({ label, sizes }, index) => ({
        type: "line",
        name: label,
        symbolSize: 8,
        itemStyle: { color: styleOf(index).color },
        lineStyle: { color: styleOf(index).color, type: styleOf(index).dash },
        data: sizes.map(({ keys, share }) => [keys, share]),
      })),
    }),
  };
}

function capacityLabel({ model, mode, setting }: Experiment["capacities"][number]): string {
  return [model, mode, ...(setting === null ? [] : [setting])].join(" · ");
}

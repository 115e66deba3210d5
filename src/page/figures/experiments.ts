import { partText } from "../../report/words/numbers.ts";
import type { PageDocument } from "../../report/page/page-schema.ts";
import { namedOfWhom } from "../../report/words/survivors.ts";
import { conditioningFigure } from "./conditioning.ts";
import { curveFigure, overSteps } from "./curves.ts";
import { headlineFigures } from "./headline.ts";
import { horizonFigures } from "./horizons.ts";
import { quantizationFigures } from "./quantization.ts";
import { axes, base, below, type Figure, itemBase, lineLook, percentAxis, text } from "./drawing.ts";
import type { Styles } from "./model-styles.ts";

type Experiment = PageDocument["suites"][number]["experiments"][number];

/** Figures of suites, by what each experiment asks; those without a figure of their own are tables only. */
export function experimentFigures({ suites }: PageDocument, styles: Styles): Figure[] {
  return suites.flatMap(({ suite, experiments }) =>
    experiments.flatMap((experiment): Figure[] => {
      const id = `${suite}-${experiment.experiment}`;
      switch (experiment.experiment.split(":", 1)[0]) {
        case "horizon":
          return [horizonCurves(id, experiment, styles), ...horizonFigures(id, experiment)];
        case "degradation":
          return [healedFigure(id, experiment, styles)];
        case "self-conditioning":
          return experiment.slopes.length > 0 ? [conditioningFigure(id, experiment, styles)] : [];
        case "mitigations":
          return [costFigure(`mitigation-${id}`, experiment, styles, allTokens)];
        case "votes":
          return [costFigure(`votes-${id}`, experiment, styles, decodedTokens)];
        case "headline":
          return headlineFigures(
            experiment.comparison,
            `-${id}`,
            styles.byLabel(experiment.comparison.groups),
          );
        case "quantization":
          return quantizationFigures(
            experiment.comparison,
            `-${id}`,
            styles.ofRows(experiment.comparison.groups),
          );
        case "capacity":
          return experiment.capacities.length > 0 ? [capacityFigure(id, experiment, styles)] : [];
        default:
          return [];
      }
    }),
  );
}

/** How far each model gets; over steps where turns are of unlike sizes. */
function horizonCurves(
  id: string,
  { experiment, comparison: { groups } }: Experiment,
  styles: Styles,
): Figure {
  const isInSteps = new Set(groups.map(({ settings }) => settings.keysPerTurn)).size > 1;
  const styled = styles.ofRows(groups);
  const curves = groups.map(({ label, taskAccuracy, settings }, row) => ({
    label,
    style: styled[row],
    points: isInSteps ? overSteps(taskAccuracy, settings.keysPerTurn) : taskAccuracy,
  }));
  const title = `Rollouts without an error so far: ${experiment}`;
  return curveFigure({ id: `task-accuracy-${id}`, title }, curves, isInSteps ? "step" : "turn");
}

/** The model's own history beside one in which every answer is healed. */
function healedFigure(id: string, { experiment, comparison }: Experiment, styles: Styles): Figure {
  const styled = styles.ofRows(comparison.groups);
  const curves = comparison.groups.map((group, row) => ({
    label: namedOfWhom(group),
    points: group.turnAccuracy,
    style: styled[row],
  }));
  const title = `Turns right with own and healed history: ${experiment}`;
  return curveFigure({ id: `healed-${id}`, title }, curves);
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
function costFigure(
  id: string,
  { experiment, rows, comparison }: Experiment,
  styles: Styles,
  { name, of }: Tokens,
): Figure {
  const styled = styles.ofPoints(comparison.groups);
  const points = rows.flatMap(({ label, costs }, index) => {
    const group = comparison.groups[index];
    const tokens = of(costs);
    const accuracy = group?.overallTurnAccuracy.accuracy ?? null;
    return tokens === null || group === undefined || accuracy === null
      ? []
      : [
          {
            label: namedOfWhom({ ...group, label }),
            tokens,
            accuracy,
            ms: costs.engineMs,
            style: styled[index],
          },
        ];
  });
  return {
    id,
    part: "why",
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
      series: points.map(({ label, tokens, accuracy, style }) => ({
        type: "scatter",
        name: label,
        ...lineLook(style),
        symbolSize: 11,
        data: [[tokens, accuracy]],
      })),
    }),
  };
}

/** Share of single turns right by the number of keys, as the monotone fit has it. */
function capacityFigure(id: string, all: Experiment, styles: Styles): Figure {
  const { experiment, capacities } = all;
  const styled = styles.ofLines(
    all,
    capacities.map(({ model }) => model),
  );
  const lines = capacities.map((one, place) => ({ ...one, label: capacityLabel(one), style: styled[place] }));
  return {
    id: `capacity-${id}`,
    part: "single-turns",
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
        ...below("keys in a turn"),
        minInterval: 1,
        ...axes(ground),
      },
      yAxis: percentAxis(ground, ""),
      series: lines.map(({ label, sizes, style }) => ({
        type: "line",
        name: label,
        ...lineLook(style),
        data: sizes.map(({ keys, share }) => [keys, share]),
      })),
    }),
  };
}

function capacityLabel({ model, mode, setting }: Experiment["capacities"][number]): string {
  return [model, mode, ...(setting === null ? [] : [setting])].join(" · ");
}

import type { PageDocument } from "../../report/page/page-schema.ts";
import { horizonText, stepsText } from "../../report/sentences/horizons.ts";
import { unknown } from "../../report/words/numbers.ts";
import { beside, type Figure, lineLook } from "./drawing.ts";
import { styleOf } from "./palette.ts";
import {
  drawnHorizon,
  horizonCells,
  horizonColumns,
  type Height,
  type Point,
  pointSeries,
  scattered,
  topOf,
} from "./points.ts";
import { type Size, sizeAxis, tellingSize } from "./sizes.ts";

type Experiment = PageDocument["suites"][number]["experiments"][number];
type Group = Experiment["comparison"]["groups"][number];

/** A model in an arm. */
interface Place {
  readonly arm: string;
  readonly model: string;
  readonly group: Group;
}

/**
 * H50 against the size of models, a line for each arm: keys a turn, and the way in which answers are reached. In steps where
 * turns hold several; none where sizes are unknown, or all about one.
 */
export function horizonFigures(id: string, { experiment, rows, comparison }: Experiment): Figure[] {
  const places = rows.flatMap(({ arm, setting, model }, index): Place[] => {
    const group = comparison.groups[index];
    return group === undefined ? [] : [{ arm: setting === null ? arm : `${arm}, ${setting}`, model, group }];
  });
  const size = tellingSize(places.map(({ group }) => group.model));
  if (size === null) return [];
  const unit = places.some(({ group }) => group.settings.keysPerTurn > 1) ? "steps" : "turns";
  const arms = [...new Set(places.map(({ arm }) => arm))];
  const points = places.flatMap((place) => pointOf(place, size, arms.indexOf(place.arm)));
  const top = topOf(points, true);
  const figure: Figure = {
    id: `horizon-${id}`,
    part: "how-far",
    title: `Horizon by size: ${experiment}`,
    label: places.map(toldPlace).join("; "),
    columns: ["arm", "model", "parameters", "bytes", "keys a turn", ...horizonColumns, "H50, steps"],
    rows: places.map(({ arm, model, group }) => [
      arm,
      model,
      group.model.parameters,
      group.model.bytes,
      group.settings.keysPerTurn,
      ...horizonCells(group),
      stepsOf(group),
    ]),
    option: (ground) => ({
      ...scattered(points, ground),
      xAxis: sizeAxis(size, ground),
      yAxis: { type: "log", name: `H50, ${unit} (▲ beyond)`, ...beside(ground), max: top },
      series: [
        ...arms.map((arm, index) => armSeries(arm, index, points)),
        ...pointSeries(points, top, ground),
      ],
    }),
  };
  return [figure];
}

function pointOf({ arm, group }: Place, size: Size, index: number): Point[] {
  const [x, height] = [size.of(group.model), drawnHorizon(group)];
  if (x === null || height === null) return [];
  return [
    { label: arm, style: styleOf(index), x, across: null, height: inSteps(height, group), isLesser: false },
  ];
}

/** A turn with an error ends after its last key; the error may have been any of them, so the interval holds them all. */
function inSteps({ value, isOpen, low, high }: Height, { settings: { keysPerTurn } }: Group): Height {
  return {
    value: value * keysPerTurn,
    isOpen,
    low: isOpen && low === value ? value * keysPerTurn : (low - 1) * keysPerTurn + 1,
    high: high === null ? null : high * keysPerTurn,
  };
}

/** From the smallest model to the largest. */
function armSeries(arm: string, index: number, points: readonly Point[]): object {
  const own = points.filter(({ label }) => label === arm);
  return {
    type: "line",
    name: arm,
    ...lineLook(styleOf(index)),
    symbol: "none",
    data: own
      .map(({ x, height }) => [x, height.value])
      .toSorted(([one], [other]) => Number(one) - Number(other)),
  };
}

function stepsOf(group: Group): string {
  const half = group.horizons.find(({ s }) => s === 0.5);
  return half === undefined ? unknown : stepsText(half, group.settings.keysPerTurn);
}

function toldPlace({ arm, model, group }: Place): string {
  const half = group.horizons.find(({ s }) => s === 0.5);
  const turns = half === undefined ? unknown : horizonText(half);
  return `${model}, ${arm}: H50 ${turns} turns, ${stepsOf(group)} steps`;
}

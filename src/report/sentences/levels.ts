import type { LevelSearch, LevelTried } from "../../settings/level-search.ts";
import { durationText, partText, shareText } from "../words/numbers.ts";
import { counted, listed } from "../words/words.ts";

type Found = Pick<LevelSearch, "level" | "outcome" | "isCut" | "models">;

/** Which level was taken for all models that could be asked, and why, or that none fits them: part by part. */
export function levelFound({ level, outcome, isCut, models }: Found): string[] {
  const asked = models.filter(({ error }) => error === null);
  const isOne = asked.length === 1;
  const hardest = `the hardest of ${levelsOf(asked).size} asked`;
  const fitting = `fits ${isOne ? "the model" : "every model"} (right in 80 to 99 %)`;
  const there = asked.flatMap(({ model, tried }) =>
    tried.filter((one) => one.level === level).map((one) => ({ model, ...one })),
  );
  const unslipped = there.filter(({ n, right }) => n === right).map(({ model }) => model);
  const because: Readonly<Record<Found["outcome"], readonly [string, ...string[]]>> = {
    fits: [
      unslipped.length === 0
        ? `${hardest} that ${fitting}`
        : `${hardest} on which ${isOne ? "the model" : "every model"} is right in 80 % or more`,
    ],
    offFloor: [
      `${hardest} on which ${isOne ? "the model is not" : "no model is"} at a floor`,
      `none ${fitting}: ${bestText(asked)}`,
    ],
    none:
      levelsOf(asked).size === 0
        ? ["the easiest", "no model could be asked"]
        : [
            "the easiest",
            `none ${fitting}, and on each of ${levelsOf(asked).size} asked ${isOne ? "it" : "one of them"} is at a floor: ${bestText(asked)}`,
          ],
  };
  const [first, ...others] = because[outcome];
  return [
    `level ${level}: ${first}`,
    ...others,
    ...there.map((one) => `there, behind right answers, ${one.model} ${triedText(one)}`),
    ...(outcome === "fits" && unslipped.length > 0
      ? [`without a slip there ${listed(unslipped)} may be right in more than 99 %`]
      : []),
    ...models.flatMap(({ model, error }) => (error === null ? [] : [`${model} was left out: ${error}`])),
    ...(isCut ? ["time for the search was up, so one that was not asked may fit"] : []),
  ];
}

/** On which level each model did best. */
function bestText(models: LevelSearch["models"]): string {
  const best = models.flatMap(({ model, tried }) => {
    const [first] = tried.toSorted((one, other) => other.right / other.n - one.right / one.n);
    return first === undefined ? [] : [`${model} ${triedText(first)}, on ${first.level}`];
  });
  return `at best ${listed(best)}`;
}

function levelsOf(models: LevelSearch["models"]): Set<string> {
  return new Set(models.flatMap(({ tried }) => tried.map(({ level }) => level)));
}

/** What one model was asked and got right, level by level. */
export function levelsTried({ model, tried, error }: LevelSearch["models"][number]): string {
  const parts = tried.map((one) => `${one.level} ${triedText(one)}`);
  const failed = error === null ? [] : [`then it failed: ${error}`];
  return `${model}: ${[...parts, ...failed].join(", ")}`;
}

/** What the search took, and what part that is of the forecast for a run of each model. Null: not known. */
export function levelSearchCost({
  spentMs,
  forecastMs,
}: Pick<LevelSearch, "spentMs" | "forecastMs">): string {
  const took = `the search took ${durationText(spentMs)}`;
  if (forecastMs === null) return took;
  const forecast = durationText(forecastMs);
  return spentMs > forecastMs
    ? `${took}, where a run of each model was forecast to take ${forecast}`
    : `${took}, ${partText(spentMs / forecastMs, 1)} of the ${forecast} that a run of each model was forecast to take`;
}

/** How a suite's level was found, and what that took. @param experiments that it was looked for; empty: all */
export function suiteLevelFound(search: LevelSearch, experiments: readonly string[]): string {
  const about = experiments.length === 0 ? "" : `${listed(experiments)}: `;
  return `${about}${[...levelFound(search), levelSearchCost(search)].join("; ")}.`;
}

/** On which level a claim holds, or on which each row is. Null: on none. */
export function levelClaim(
  rows: readonly { readonly label: string; readonly level: string | null }[],
): string {
  const [only, ...others] = [...new Set(rows.map(({ level }) => level))];
  if (typeof only === "string" && others.length === 0) return `All of this is on level ${only}.`;
  const told = rows.map(({ label, level }) => {
    if (level === null) return `${label} on no level by name`;
    return label.endsWith(` on ${level}`) ? label : `${label} on ${level}`;
  });
  return `Levels: ${listed(told)}.`;
}

/** Of a plan whose level is not known before models are asked. @param usual the one that it was made for */
export function levelFoundLater(usual: string): string {
  return `The level is found before the first run; this plan is made for ${usual}.`;
}

/** Where a run would tell more. @param line that runs it there */
export function runOnLevel(why: "floor" | "unslipped", line: string): string {
  const reason =
    why === "floor"
      ? "At the floor of the task; on a level that fits it, if one does"
      : "Never a slip; on the next harder level";
  return `${reason}: ${line}`;
}

/**
 * Turns behind first slips that a table of horizons and its conclusion use nothing of, as a share of all, and about how
 * long the engine took for them. Null: not known.
 */
export function savedByFirstError({
  turns,
  share,
  ms,
}: {
  readonly turns: number;
  readonly share: number;
  readonly ms: number | null;
}): string {
  const time = ms === null ? "" : `, about ${durationText(ms)} of the engine`;
  return `horizons use nothing of the ${counted(turns, "turn")} after first slips (${partText(share)} of all${time}): --until first-error leaves them out.`;
}

function triedText({ n, right, low, high }: LevelTried): string {
  return `${right} of ${n}, ${shareText({ accuracy: n === 0 ? null : right / n, low, high })}`;
}

/** Of models that were not there when the level was looked for. */
export function levelOfOthers(models: readonly string[]): string {
  const [were, they] = models.length === 1 ? ["was", "it plays"] : ["were", "they play"];
  return `${listed(models)} ${were} not asked: ${they} on the level that was found for the others.`;
}

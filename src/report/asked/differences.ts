import { groupBy } from "../../group-by.ts";
import { settingsOf } from "../../reading/settings.ts";
import type { RunRecord } from "../../store/rows.ts";
import { visible } from "../../visible-text.ts";
import { askedFacts } from "./facts.ts";
import { counted } from "../words/words.ts";

/** So many values in which runs differ are named, and of more than that so few: whole settings of history fill screens. */
const [namedAtMost, namedOfMany] = [5, 2];

/** What runs were asked, each fact under its name; where they differ, what of how many, the most common first. */
export function askedOf(runs: readonly RunRecord[]): (readonly [name: string, text: string])[] {
  const facts = runs.flatMap((run) => askedFacts(settingsOf(run), run.seed));
  return [...groupBy(facts, ([name]) => name)].flatMap(([name, own]) => {
    const values = [...groupBy(own, ([, fact]) => fact)].map(([fact, having]) => ({
      fact,
      runs: having.length,
    }));
    return values.every(({ fact }) => fact === "") ? [] : [[name, valuesText(values)] as const];
  });
}

function valuesText(values: readonly { readonly fact: string; readonly runs: number }[]): string {
  const [first, ...more] = values.toSorted((left, right) => right.runs - left.runs);
  if (first === undefined) return "";
  if (more.length === 0) return visible(first.fact);
  const told = [first, ...more].slice(0, values.length > namedAtMost ? namedOfMany : namedAtMost);
  const untold = values.length - told.length;
  const parts = told.map(
    ({ fact, runs }) => `${fact === "" ? "as usual" : visible(fact)} (${counted(runs, "run")})`,
  );
  return `differs: ${[...parts, ...(untold === 0 ? [] : [counted(untold, "other")])].join("; ")}`;
}

/** What decides the result of a run, by name. */
export type Facts = Readonly<Record<string, unknown>>;

/** The facts in which these are not all alike, in their own order. */
export function differingFacts(all: readonly Facts[]): string[] {
  const names = Object.keys(all[0] ?? {});
  return names.filter((name) => new Set(all.map((facts) => JSON.stringify(facts[name]))).size > 1);
}

/** "valueMax 99, temperature 0" */
export function factsText(facts: Facts, names: readonly string[]): string {
  return toldFacts(names)
    .map((name) => factText(facts, name))
    .join(", ");
}

/**
 * As {@link factsText}, unlike the texts of the others: their wording is named, too, where it alone tells them apart.
 *
 * @param names facts in which any of them differ
 */
export function distinctText(facts: Facts, others: readonly Facts[], names: readonly string[]): string {
  const text = factsText(facts, names);
  const isOne = others.every((other) => factsText(other, names) !== text);
  return isOne ? text : `${text}, ${factText(facts, "promptHash")}`;
}

/** Another setting is another wording, too: only where nothing else differs is its hash worth naming. */
export function toldFacts(names: readonly string[]): readonly string[] {
  return names.length > 1 ? names.filter((name) => name !== "promptHash") : names;
}

function factText(facts: Facts, name: string): string {
  const value = facts[name];
  if (name === "promptHash") return `wording ${String(value).slice(0, 8)}`;
  return `${name} ${name.endsWith("Hash") ? String(value).slice(0, 8) : String(value)}`;
}

/** The other facts. */
export function factsBut(facts: Facts, left: readonly string[]): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !left.includes(name)));
}

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
    .map((name) => `${name} ${valueText(name, facts[name])}`)
    .join(", ");
}

/** Another setting is another wording, too: only where nothing else differs is its hash worth naming. */
export function toldFacts(names: readonly string[]): readonly string[] {
  return names.length > 1 ? names.filter((name) => name !== "promptHash") : names;
}

function valueText(name: string, value: unknown): string {
  return name.endsWith("Hash") ? String(value).slice(0, 8) : String(value);
}

/** The other facts. */
export function factsBut(facts: Facts, left: readonly string[]): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !left.includes(name)));
}

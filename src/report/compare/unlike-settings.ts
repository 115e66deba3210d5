import { settingDifferences, type Subject } from "../../reading/settings.ts";
import { promptWording, simulatedBesideReal } from "../sentences/differences.ts";
import { listed } from "./words.ts";

/** Why these runs' curves must not be set side by side, as a list in words; null when they may. */
export function differences(runs: readonly Subject[]): string | null {
  if (distinct(runs.map(({ engine }) => engine)).length > 1) return simulatedBesideReal();
  const names = settingDifferences(runs);
  // Another dictionary size, say, is another prompt too; the cause alone is worth naming.
  const causes = names.length > 1 ? names.filter((name) => name !== "promptHash") : names;
  const said = causes.map((name) =>
    name === "promptHash"
      ? promptWording()
      : `${name} (${distinct(runs.map(({ settings }) => String(settings[name])))
          .toSorted()
          .join(", ")})`,
  );
  return said.length === 0 ? null : listed(said);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

import { UsageError } from "../../errors.ts";
import type { Across } from "../../figures/pairs.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import { isSimulated, settingDifferences, subjectOf, type Subject } from "../../reading/settings.ts";
import { promptWording, simulatedBesideReal } from "../sentences/differences.ts";
import { differentSettingsNote } from "../sentences/notes.ts";
import { listed } from "../words/words.ts";

/** Why these runs' curves must not be set side by side, as a list in words; null when they may. */
export function unlikeText(runs: readonly Subject[]): string | null {
  if (new Set(runs.map(isSimulated)).size > 1) return simulatedBesideReal();
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

/**
 * What has to be said where runs under different settings stand side by side.
 *
 * @param across whether they may
 * @throws UsageError where they may not, and for a simulated model beside a real one
 */
export function unlikeNotes(groups: readonly ReadGroup[], across: "refused" | Across): string[] {
  const subjects = groups.flatMap(({ rows }) => rows.map(({ run }) => subjectOf(run)));
  const reason = unlikeText(subjects);
  if (reason === null) return [];
  if (new Set(subjects.map(isSimulated)).size > 1)
    throw new UsageError(`compare: these runs differ in ${reason}. Name runs of one engine.`);
  if (across === "refused")
    throw new UsageError(
      `compare: these runs differ in ${reason}, so their curves do not answer the same question. Name runs alike, or add --across to set them side by side.`,
    );
  return [differentSettingsNote(reason)];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

import { SettingError } from "../errors.ts";
import { parseHistory, withReplayedRun } from "../rollout/history/index.ts";
import type { ChosenHistory, PlantedErrors } from "../rollout/history/member.ts";
import { tasks } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";
import { withoutAlias } from "./history-alias.ts";
import { type SettingName, rowOf, type Settings, settingsBy } from "./settings.ts";

export type { PlantedErrors };

/** A run's settings as its row holds them: every setting by name, and what an experiment adds of its own. */
export interface StoredSettings extends Settings {
  /** What an experiment's arm has to be read by besides the settings. */
  readonly asked: Readonly<Record<string, string | number | boolean | null>>;
}

/** Rows of earlier versions held under `requested` what `auto` may stand for, and a data set by its file's name. */
interface OlderRow extends Partial<Record<SettingName, unknown>> {
  readonly requested?: Readonly<Record<string, string | number | boolean | null>>;
  readonly asked?: StoredSettings["asked"];
}

/**
 * Reads a row's settings, whatever version wrote them; what it does not hold is what it was then.
 *
 * @param seed of the run's own column, which earlier versions kept there alone
 */
export function storedSettings(json: string, seed: number): StoredSettings {
  const { requested = {}, asked, ...row } = JSON.parse(json) as OlderRow;
  const known = { ...requested, seed, ...row } as Partial<Record<SettingName, unknown>>;
  const settings = settingsBy(({ standard, before }, name) =>
    asToday(name, known[name] === undefined ? (before ?? standard) : known[name]),
  );
  const own = Object.entries(requested).filter(([name]) => !(name in settings));
  const today = withoutAlias(settings, row);
  return { ...today, asked: asked ?? Object.fromEntries(own) };
}

/** A value that was written down in another form once. */
function asToday(name: SettingName, value: unknown): unknown {
  if (typeof value === "string" && "isFile" in rowOf(name).kind) return { file: value, sha256: null };
  // It said whether flash attention was not ruled out.
  if (name === "flashAttention" && typeof value === "boolean") return value ? "auto" : "off";
  return value;
}

/** The task that a row names; null: this program does not know it. */
export function taskFacts(row: { readonly task: string }): Task | null {
  return Object.values(tasks).find(({ name }) => name === row.task) ?? null;
}

/** What is to be known of a row's history; null: this program does not know it. */
export function historyFacts(text: string): Omit<ChosenHistory, "create" | "impossibleWith"> | null {
  try {
    return parseHistory(text);
  } catch (error) {
    if (error instanceof SettingError) return null;
    throw error;
  }
}

/** Whether every turn is asked behind a history that no answer changes. */
export function isGivenHistory({ history, until }: Pick<Settings, "history" | "until">): boolean {
  return until === "end" && historyFacts(history)?.isGiven === true;
}

/** A history without the number of the run whose errors it replays; one that this program does not know as it is. */
export function historyWithoutRun(text: string): string {
  return historyFacts(text) === null ? text : withReplayedRun(text, null);
}

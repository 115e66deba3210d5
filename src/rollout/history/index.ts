import { SettingError } from "../../errors.ts";
import { filler } from "./filler.ts";
import { healed, healedEvery } from "./healed.ts";
import { injected } from "./injected.ts";
import type { ChosenHistory, HistoryMember } from "./member.ts";
import { own } from "./own.ts";
import { fresh, recap } from "./recap.ts";
import { stripped } from "./stripped.ts";
import { windowed } from "./window.ts";

/** Every history there is. A new one is one file and one line here. */
const members: readonly HistoryMember[] = [
  own,
  stripped,
  healed,
  healedEvery,
  windowed,
  recap,
  fresh,
  filler,
  injected,
];

/** How they are written, for help. */
export const historyUsage = `${members
  .slice(0, -1)
  .map(({ usage }) => usage)
  .join(", ")} or ${members.at(-1)?.usage}`;

/**
 * Reads a history as `--history`, a suite and a run's settings name it: its name, and behind a colon its options.
 *
 * @throws SettingError with what is allowed
 */
export function parseHistory(text: string): ChosenHistory {
  const at = text.indexOf(":");
  const name = at < 0 ? text : text.slice(0, at);
  const member = members.find((one) => one.name === name);
  if (member === undefined) throw new SettingError(`use ${historyUsage}`);
  return member.choose(at < 0 ? "" : text.slice(at + 1));
}

/** The same history, with the run whose errors it replays (its number or uid), or without any. */
export function withReplayedRun(text: string, run: number | string | null): string {
  const { replayedRun } = parseHistory(text);
  const bare = replayedRun === null ? text : text.replace(`,run=${replayedRun}`, "");
  return run === null ? bare : `${bare},run=${run}`;
}

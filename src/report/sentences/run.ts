import { partText, rateWithMargin, significant } from "../words/numbers.ts";
import { counted, listed } from "../words/words.ts";
import { tryThese } from "./cures.ts";

/** What stands over a run of the scripted engine. */
export function simulatedRun(label: string, runId: number): string {
  return `${label}  SIMULATED, not a real model; its times are made up too (run ${runId})`;
}

/** That an engine error ended so many rollouts, while the run went on. */
export function rolloutsBroken(count: number): string {
  return `${counted(count, "rollout")} broken`;
}

/** What happens now that a run is to stop. @param isPlaying whether turns are being played */
export function stopping(cause: "interrupt" | "signal" | "time", isPlaying: boolean): string {
  const why = { interrupt: "Interrupted", signal: "Told to stop", time: "The time is over" }[cause];
  if (!isPlaying) return `\n${why}.`;
  const again = cause === "interrupt" ? " Ctrl-C again stops at once." : "";
  return `\n${why}: finishing the batch in flight.${again}`;
}

/** `tokens` after which reasoning is closed. */
export function thinkingLimited(tokens: number): string {
  return `thinking of at most ${tokens} tokens`;
}

/** That the turns before were only shown. */
export function probedTurns(turns: readonly number[]): string {
  return `asked only at turn ${turns.join(", ")}`;
}

/** That no rollout goes on after its first error. */
export function endsAtFirstError(): string {
  return "each up to its first error";
}

export function layersOnGpu(layers: number): string {
  return `${layers} layers on the GPU`;
}

/** `share` of the time, from 0 to 1, that tells no rate. */
export function mixedTimeLeftOut(share: number | null): string {
  return `${partText(share)} of the time in mixed batches, not counted`;
}

/** How fast all conversations decoded together, and how many shared a batch: with fewer it is slower at equal speed. */
export function decodedTogether(rate: {
  readonly decodeTokensPerSecond: number | null;
  readonly decodeInterval: { readonly low: number | null; readonly high: number | null };
  readonly conversations: number | null;
}): string {
  const { decodeTokensPerSecond, decodeInterval, conversations } = rate;
  const together = `decode ${rateWithMargin(decodeTokensPerSecond, decodeInterval)} tokens/s together`;
  return conversations === null ? together : `${together} in batches of ${significant(conversations)}`;
}

/** `share` of the prompts' tokens that were in the KV cache, from 0 to 1. */
export function promptReused(share: number | null): string {
  return `${partText(share, 1)} of the prompt tokens`;
}

/** The same, without what all conversations begin with. */
export function promptReusedBesidePrefix(share: number | null, prefixTokens: number): string {
  return `${partText(share, 1)} without the shared prefix of ${significant(prefixTokens, 9)} tokens`;
}

/** Where the rows of these runs are. */
export function rowsStand(db: string, runIds: readonly number[], hasTurns: boolean): string {
  const what = hasTurns ? "Every finished turn" : "What became of it";
  return `${what} is in ${db}: run${runIds.length === 1 ? "" : "s"} ${listed(runIds.map(String))}.`;
}

/** `command` that writes the page. */
export function seeAsPage(command: string): string {
  return `See it as a page: ${command}`;
}

/** Where no model finished a turn: `command` that lists others. */
export function otherModels(command: string): string {
  return `See the models that are here: ${command}`;
}

/** That the page is there. */
export function pageWritten(file: string): string {
  return `${file}: open it in a browser; it needs no network.`;
}

/**
 * How long a run takes, by what its start took and the warm-up tells of its turns.
 *
 * @param isMost whether it may be less
 */
export function forecast(
  { startMs, turnsMs }: { readonly startMs: number; readonly turnsMs: number },
  isMost: boolean,
): string {
  const [all, start, turns] = [startMs + turnsMs, startMs, turnsMs].map((ms) => roughTime(ms / 1000));
  return `${isMost ? "at most " : ""}about ${all} in all: ${start} to load and check it, ${turns} for its turns at the speed of the warm-up, whose conversations are short`;
}

/** That hardly any of the first answers can be read, and what to do: in flags, and the line that shows what was asked. */
export function hardlyReadable(
  { n, readable }: { readonly n: number; readonly readable: number },
  { cures, line }: { readonly cures: readonly string[]; readonly line: string },
): string {
  const seen = readable === 0 ? `none of the first ${n} answers` : `${readable} of the first ${n} answers`;
  return [
    `${seen} can be read, so this run will tell little of the task.`,
    ...tryThese(cures),
    `What the model is asked: ${line}`,
  ].join(" ");
}

/** That a data set holds less than was asked for. */
export function playsLess(
  flag: string,
  cuts: readonly { readonly what: "rollouts" | "turns"; readonly asked: number; readonly held: number }[],
): string {
  const parts = cuts.map(({ what, asked, held }) => `${held} of the ${asked} ${what}`);
  return `${flag}: plays ${listed(parts)} asked for, since the file holds no more.`;
}

/** What a wrong answer should have been: right given what was shown, and the truth. */
export function wrongAnswer(expected: string, truth: string): string {
  return `✗ expected ${expected}, the truth is ${truth}`;
}

/** In the unit that a person would say it in. */
function roughTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

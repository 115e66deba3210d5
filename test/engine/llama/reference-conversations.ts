import { join } from "node:path";
import { tasks } from "../../../src/tasks/index.ts";
import { createInstance } from "../../../src/tasks/instance.ts";
import { openingOf } from "../../../src/tasks/opening.ts";
import { taskSettings } from "../../tasks/builders.ts";
import type { CheckedTurn, PlayedMessage, WarmEngine } from "./warm-engine.ts";

const task = tasks["dict-sum"];
const settings = taskSettings();

export const referenceModel = join(import.meta.dirname, "../../../models/longhaul-ref-late.gguf");

/** The system mark and the instructions, which are one token in the reference models. */
export const prefixTokens = 2;

/** The dictionary and the first question of a rollout. */
export function opening(rollout: number): PlayedMessage[] {
  const instance = createInstance(task, settings, 1, rollout);
  return [...openingOf(task, settings, instance), question(rollout, 0)];
}

/** @param turn from 0 */
export function question(rollout: number, turn: number): PlayedMessage {
  const [key = ""] = createInstance(task, settings, 1, rollout).turns[turn]?.keys ?? [];
  return { role: "user", content: key };
}

/** Plays turns with the model's own answers as history. @returns the waves, and the histories of the next one */
export async function playOwn(warm: WarmEngine, conversations: number, turns: number) {
  let histories = Array.from({ length: conversations }, (_, rollout) => opening(rollout));
  const waves: CheckedTurn[][] = [];
  for (let turn = 1; turn <= turns; turn++) {
    const wave = await warm.wave(histories);
    waves.push(wave);
    histories = append(histories, wave, turn);
  }
  return { histories, waves };
}

/** Each history with what was answered to it and the next question. */
export function append(
  histories: readonly (readonly PlayedMessage[])[],
  wave: readonly CheckedTurn[],
  turn: number,
): PlayedMessage[][] {
  return histories.map((history, rollout) => {
    const answer = wave[rollout]?.answer;
    if (answer === undefined) throw new Error(`no answer in conversation ${rollout}`);
    return [...history, answer, question(rollout, turn)];
  });
}

/** Each history with another text as its last answer. */
export function replaceLast(
  histories: readonly (readonly PlayedMessage[])[],
  change: (text: string) => string,
): PlayedMessage[][] {
  return histories.map((history) => {
    const last = history.at(-2);
    if (last === undefined) throw new Error("there is no answer");
    return history.with(-2, { role: "assistant", content: change(last.content) });
  });
}

export function reused(wave: readonly CheckedTurn[]): number[] {
  return wave.map(({ result }) => result.reusedTokens);
}

/** Tokens in the cache when the wave was over: the last one generated is sampled and not evaluated. */
export function held(wave: readonly CheckedTurn[] | undefined): number[] {
  return (wave ?? []).map(({ result }) => result.promptTokens + result.decodedTokens - 1);
}

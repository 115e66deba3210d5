import type { GivenAnswer } from "../engine.ts";
import type { CountedResult, Reply, WaitingTurn } from "./turn-in-progress.ts";
import type { TurnModel } from "./turn-model.ts";
import { commonLength } from "./token-ids.ts";
import { idsBefore } from "./whole-characters.ts";

/** A turn that was asked for, and whose answer was given before. */
export type GivenTurn = WaitingTurn & { readonly request: { readonly given: GivenAnswer } };

/** Whether nothing of a wave has to be evaluated. */
export function isPassed(wave: readonly WaitingTurn[]): wave is readonly GivenTurn[] {
  return wave.every(({ request: { given } }) => given !== undefined && !given.isReplayed);
}

/**
 * Takes a turn for played without evaluating anything: what its slot is said to hold from now on is evaluated when it is
 * needed.
 */
export function passTurn(turn: GivenTurn, model: TurnModel): void {
  const { slot, prompt } = turn;
  const { given } = turn.request;
  const ids = given.tokenIds ?? [];
  slot.isBehind = true;
  slot.cached = [...prompt.tokens, ...ids.slice(0, -1)];
  const said = given.stop === "eog" ? ids.slice(0, -1) : ids;
  const ownIds =
    given.stop === "turn" ? idsBefore(model, said, model.textOf(said).length - given.text.length) : said;
  turn.resolve({ result: given as CountedResult, ownIds } satisfies Reply);
}

/** In which round of its wave it ended: as many tokens were chosen, one a round. */
export function roundsOf({ request: { given } }: GivenTurn): number {
  return given.decodedTokens ?? 0;
}

/** How much of what a slot is said to hold, and a prompt shares with it, its cache lacks. */
export function missing({ slot, prompt }: WaitingTurn): {
  readonly from: number;
  readonly tokens: readonly number[];
} {
  const shared = Math.min(commonLength(slot.cached, prompt.tokens), prompt.tokens.length - 1);
  const target = prompt.tokens.slice(0, shared);
  const from = slot.dirty ? 0 : commonLength(slot.sequence.contextTokens, target);
  return { from, tokens: target.slice(from) };
}

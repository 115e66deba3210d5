import type { TokenTexts } from "../gguf/token-text.ts";
import { answerConfidence } from "../reply/confidence.ts";
import type { StoredTurn } from "../store/stored-rows.ts";
import type { RunRecord } from "../store/rows.ts";
import type { Findings, Place } from "./findings.ts";
import { checkTimes } from "./times.ts";

/** Why something could not be checked. */
const untold = "this engine gave none";

const toldByLlama = [
  ["token_ids", "tokenIds"],
  ["prompt_tokens", "promptTokens"],
  ["reused_tokens", "reusedTokens"],
  ["prefilled_tokens", "prefilledTokens"],
  ["decoded_tokens", "decodedTokens"],
  ["reasoning_tokens", "reasoningTokens"],
  ["ttft_ms", "ttftMs"],
  ["decode_ms", "decodeMs"],
  ["inter_token_ms", "interTokenMs"],
  ["cpu_ms", "cpuMs"],
  ["conversations", "conversations"],
  ["first_batch", "firstBatch"],
  ["last_batch", "lastBatch"],
] as const satisfies readonly (readonly [string, keyof StoredTurn])[];

/** Checks each turn's tokens, its times, and its text against its token ids. */
export class TokenChecks {
  readonly #run: RunRecord;
  readonly #texts: TokenTexts | null;
  readonly #findings: Findings;
  /** Without the model's vocabulary: the first text that came with the same ids. */
  readonly #seen = new Map<string, string>();
  #before: StoredTurn | null = null;

  constructor(run: RunRecord, texts: TokenTexts | null, findings: Findings) {
    this.#run = run;
    this.#texts = texts;
    this.#findings = findings;
  }

  check(turn: StoredTurn): void {
    const place = { rollout: turn.rollout, turn: turn.turn };
    const { engine } = this.#run;
    if (engine === "llama") this.#checkTold(turn, place);
    this.#checkPrompt(turn, place);
    this.#checkCache(turn, place);
    // A simulated model says what its script says, however long; others count as they like.
    if (engine === "llama") this.#checkReply(turn, place);
    this.#checkTimes(turn, place);
    this.#checkConfidence(turn, place);
    if (engine === "scripted")
      this.#findings.skip("texts against token ids", "a simulated model has no token ids");
    else this.#checkText(turn, place);
  }

  /** Of this engine everything is known. */
  #checkTold(turn: StoredTurn, place: Place): void {
    for (const [column, field] of toldByLlama)
      if (turn[field] === null) this.#findings.add("token-counts", column, "a value", "none", place);
  }

  #checkPrompt(turn: StoredTurn, place: Place): void {
    const { promptTokens, reusedTokens, prefilledTokens, reasoningTokens } = turn;
    if (promptTokens === null || reusedTokens === null || prefilledTokens === null)
      return this.#findings.skip("token counts", untold);
    const what = "reused_tokens + prefilled_tokens";
    this.#findings.equal("token-counts", what, promptTokens, reusedTokens + prefilledTokens, place);
    if (Math.min(reusedTokens, prefilledTokens - 1, reasoningTokens ?? 0) < 0)
      this.#findings.add(
        "token-counts",
        "reused, prefilled and reasoning tokens",
        "none below 0, one at least prefilled",
        [reusedTokens, prefilledTokens, reasoningTokens],
        place,
      );
  }

  /** A turn that says nothing else goes on from all that the one before left in the cache. */
  #checkCache(turn: StoredTurn, place: Place): void {
    const before = this.#before;
    this.#before = turn;
    const isNext = before?.rollout === turn.rollout && before.turn + 1 === turn.turn;
    const isSingle = before?.attempt === 1 && turn.attempt === 1;
    if (this.#run.chat === null || before === null || !isNext || !isSingle || turn.againReason !== null)
      return;
    if (before.promptTokens === null || !Array.isArray(before.tokenIds)) return;
    // The last token that came was never evaluated; of an invented turn only what was said is kept for sure.
    const most = before.promptTokens + before.tokenIds.length - 1;
    const least = before.stop === "turn" ? before.promptTokens : most;
    const { reusedTokens } = turn;
    if (reusedTokens !== null && (reusedTokens < least || reusedTokens > most))
      this.#findings.add("token-counts", "reused_tokens, by the turn before", least, reusedTokens, place);
  }

  #checkReply({ decodedTokens, tokenIds, stop }: StoredTurn, place: Place): void {
    const findings = this.#findings;
    const equal = (what: string, expected: unknown, found: unknown): void =>
      findings.equal("token-counts", what, expected, found, place);
    if (tokenIds === "unreadable")
      findings.add("token-counts", "token_ids", "a list of numbers", "something else", place);
    if (decodedTokens === null) return;
    if (Array.isArray(tokenIds)) this.#checkLength(decodedTokens, tokenIds.length, equal);
    const limit = this.#run.answerLimit;
    if (decodedTokens < 1 || (limit !== null && decodedTokens > limit))
      findings.add("token-counts", "decoded_tokens", `1 to ${limit ?? "the limit"}`, decodedTokens, place);
    if (stop === "limit") equal("decoded_tokens of a turn cut at the limit", limit, decodedTokens);
  }

  /** Where reasoning is closed for the model, ids stand among its own that it did not generate. */
  #checkLength(
    decodedTokens: number,
    ids: number,
    equal: (what: string, expected: unknown, found: unknown) => void,
  ): void {
    const canBeClosed = this.#run.settings.thinkingBudget !== null && ids > decodedTokens;
    if (!canBeClosed) equal("length of token_ids", decodedTokens, ids);
  }

  /** Whether it is told as it was asked for, wherever there is an answer, and of tokens that there are. */
  #checkConfidence({ confidence, tokenIds, text }: StoredTurn, place: Place): void {
    const { settings, chat } = this.#run;
    const add = (expected: unknown, found: unknown): void =>
      this.#findings.add("confidence", "confidence", expected, found, place);
    if (confidence === "unreadable") return add("probabilities and gaps of an answer", "something else");
    if (confidence === null) {
      const whole = [{ end: text.length + 1, probability: 1, gap: null }];
      const hasAnswer = answerConfidence(whole, text, chat?.reasoning ?? null, null) !== null;
      if (settings.confidence !== "off" && hasAnswer) add("a value", "none");
      return;
    }
    const { first, probabilities, gaps, decides } = confidence;
    const told = gaps === null ? "chosen" : "top2";
    if (settings.confidence !== told) add(settings.confidence, told);
    const tokens = Array.isArray(tokenIds) ? tokenIds.length : Infinity;
    const isWithin = first + probabilities.length <= tokens && decides < probabilities.length;
    if (!isWithin || (gaps !== null && gaps.length !== probabilities.length))
      add("the tokens of an answer", confidence);
  }

  #checkTimes(turn: StoredTurn, place: Place): void {
    const { interTokenMs, decodeMs, ttftMs } = turn;
    const findings = this.#findings;
    if (ttftMs === null || decodeMs === null) findings.skip("times to and after the first token", untold);
    if (interTokenMs === null) findings.skip("times between tokens", untold);
    // Of a server's tokens not all come as a piece of text of their own.
    const decodedTokens = this.#run.server === null ? turn.decodedTokens : null;
    checkTimes({ ...turn, decodedTokens }, findings, place);
  }

  #checkText(turn: StoredTurn, place: Place): void {
    if (turn.tokenIds === null) return this.#findings.skip("texts against token ids", untold);
    if (turn.tokenIds === "unreadable") return;
    const ids = turn.stop === "eog" ? turn.tokenIds.slice(0, -1) : turn.tokenIds;
    const text = this.#texts === null ? this.#textSeenWith(ids, turn.text) : this.#texts.textOf(ids);
    if (text === null) {
      this.#findings.skip("some texts against token ids", "their tokens are not whole characters");
    } else if (!this.#isSame(text, turn)) {
      this.#findings.add("token-text", "text of the token ids", text, turn.text, place);
    }
  }

  #isSame(generated: string, { text, stop }: StoredTurn): boolean {
    const [one, other] = [withoutSpaces(generated), withoutSpaces(text)];
    if (one === other) return true;
    const { chat } = this.#run;
    if (chat === null) return isOpened(one, other);
    const invented = one.slice(other.length);
    const starts = chat.turnStarts.map(withoutSpaces);
    return stop === "turn" && one.startsWith(other) && starts.some((start) => invented.startsWith(start));
  }

  #textSeenWith(ids: readonly number[], text: string): string {
    this.#findings.skip(
      "texts against token ids",
      "no vocabulary to read them with; only that equal ids have equal texts was checked",
    );
    const key = ids.join(",");
    const seen = this.#seen.get(key);
    // Short answers repeat; long ones would only fill the memory.
    if (seen === undefined && ids.length <= 64) this.#seen.set(key, text);
    return seen ?? text;
  }
}

/** Earlier versions put the tag with which a template opened reasoning in the prompt before what was generated. */
function isOpened(generated: string, stored: string): boolean {
  const opener = /^<(?:think|thinking|reasoning)>\s*/.exec(stored)?.[0];
  const before = stored.slice(0, Math.max(0, stored.length - generated.length));
  return opener !== undefined && stored.endsWith(generated) && opener.startsWith(before);
}

/** llama.cpp takes blanks away at the start and before some marks when it puts tokens together. */
function withoutSpaces(text: string): string {
  return text.replaceAll(" ", "");
}

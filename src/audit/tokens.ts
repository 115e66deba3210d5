import type { TokenTexts } from "../gguf/token-text.ts";
import type { StoredTurn } from "../store/stored-rows.ts";
import type { RunRecord } from "../store/rows.ts";
import type { Findings, Place } from "./findings.ts";

/** Checks each turn's tokens, its times, and its text against its token ids. */
export class TokenChecks {
  readonly #run: RunRecord;
  readonly #texts: TokenTexts | null;
  readonly #findings: Findings;
  /** Without the model's vocabulary: the first text that came with the same ids. */
  readonly #seen = new Map<string, string>();

  constructor(run: RunRecord, texts: TokenTexts | null, findings: Findings) {
    this.#run = run;
    this.#texts = texts;
    this.#findings = findings;
  }

  check(turn: StoredTurn): void {
    const place = { rollout: turn.rollout, turn: turn.turn };
    this.#checkCounts(turn, place);
    this.#checkTimes(turn, place);
    if (this.#run.engine === "llama") this.#checkText(turn, place);
    else this.#findings.skip("texts against token ids", "a simulated model has no token ids");
  }

  #checkCounts(turn: StoredTurn, place: Place): void {
    const { promptTokens, reusedTokens, prefilledTokens, decodedTokens, tokenIds, stop } = turn;
    const findings = this.#findings;
    const equal = (what: string, expected: unknown, found: unknown): void =>
      findings.equal("token-counts", what, expected, found, place);
    equal("reused_tokens + prefilled_tokens", promptTokens, reusedTokens + prefilledTokens);
    const limit = this.#run.maxAnswerTokens;
    if (tokenIds === null)
      findings.add("token-counts", "token_ids", "a list of numbers", "something else", place);
    else if (this.#run.engine === "llama") this.#checkLength(decodedTokens, tokenIds.length, equal);
    // A simulated model says what its script says, however long.
    if (this.#run.engine === "llama") {
      if (limit !== null && (decodedTokens < 1 || decodedTokens > limit))
        findings.add("token-counts", "decoded_tokens", `1 to ${limit}`, decodedTokens, place);
      if (stop === "limit") equal("decoded_tokens of a turn cut at the limit", limit, decodedTokens);
    }
    if (Math.min(reusedTokens, prefilledTokens - 1, turn.reasoningTokens) < 0)
      findings.add(
        "token-counts",
        "reused, prefilled and reasoning tokens",
        "none below 0, one at least prefilled",
        [reusedTokens, prefilledTokens, turn.reasoningTokens],
        place,
      );
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

  #checkTimes(turn: StoredTurn, place: Place): void {
    const { interTokenMs, decodeMs, decodedTokens, ttftMs, cpuMs } = turn;
    const findings = this.#findings;
    if (interTokenMs === null) {
      findings.add("times", "inter_token_ms", "a list of numbers", "something else", place);
      return;
    }
    findings.equal("times", "length of inter_token_ms", decodedTokens - 1, interTokenMs.length, place);
    const sum = interTokenMs.reduce((total, ms) => total + ms, 0);
    // Each is rounded to a microsecond.
    const slack = 0.0006 * interTokenMs.length + 1e-6 * (1 + Math.abs(decodeMs));
    if (!(Math.abs(sum - decodeMs) <= slack))
      findings.add("times", "sum of inter_token_ms", decodeMs, sum, place);
    if (!(Math.min(ttftMs, decodeMs, cpuMs, ...interTokenMs.slice(0, 1000)) >= 0))
      findings.add("times", "times", "none below 0", [ttftMs, decodeMs, cpuMs], place);
  }

  #checkText(turn: StoredTurn, place: Place): void {
    if (turn.tokenIds === null) return;
    const ids = turn.stop === "eog" ? turn.tokenIds.slice(0, -1) : turn.tokenIds;
    const text = this.#texts === null ? this.#textSeenWith(ids, turn.text) : this.#texts.textOf(ids);
    if (text === null) {
      this.#findings.skip("some texts against token ids", "their tokens are not whole characters");
    } else if (!this.#isSame(text, turn.text)) {
      this.#findings.add("token-text", "text of the token ids", text, turn.text, place);
    }
  }

  /** Where a template opens reasoning in the prompt, its tag stands before what was generated. */
  #isSame(generated: string, stored: string): boolean {
    const [one, other] = [withoutSpaces(generated), withoutSpaces(stored)];
    if (one === other) return true;
    const opener = /^<(?:think|thinking|reasoning)>\s*/.exec(other)?.[0];
    const isOpened = this.#run.settings.thinking === "on" && opener !== undefined;
    return isOpened && other.endsWith(one) && opener.startsWith(other.slice(0, other.length - one.length));
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

/** llama.cpp takes blanks away at the start and before some marks when it puts tokens together. */
function withoutSpaces(text: string): string {
  return text.replaceAll(" ", "");
}

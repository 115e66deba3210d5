import type { AnswerConfidence } from "../reply/confidence.ts";
import { oneOf } from "./one-of.ts";
import { againReasons, answerForms, type RemeasuredRow, type TurnRow, turnStops } from "./rows.ts";
import type { SealedRow } from "./seal.ts";

/** A turn's columns exactly as they are stored, and which session played it; its verdict is a row of its own. */
export function turnColumns(runId: number, turn: TurnRow, session: number | null): SealedRow {
  return {
    run_id: runId,
    session,
    rollout: turn.rollout,
    turn: turn.turn,
    attempt: turn.attempt,
    policy: turn.policy,
    injected: Number(turn.injected),
    sample: turn.sample,
    history_answers: turn.historyAnswers,
    history_wrong: turn.historyWrong,
    history_breaks: turn.historyBreaks,
    keys: JSON.stringify(turn.keys),
    value: turn.value,
    truth: turn.truth,
    shown_before: turn.shownBefore,
    values_since: turn.valuesSince,
    expected: turn.expected,
    text: wellFormed(turn.text),
    reasoning: turn.reasoning === null ? null : wellFormed(turn.reasoning),
    token_ids: listText(turn.tokenIds),
    stop: oneOf(turnStops, "stop", turn.stop),
    prompt_tokens: turn.promptTokens,
    reused_tokens: turn.reusedTokens,
    prefilled_tokens: turn.prefilledTokens,
    decoded_tokens: turn.decodedTokens,
    reasoning_tokens: turn.reasoningTokens,
    ttft_ms: turn.ttftMs,
    decode_ms: turn.decodeMs,
    inter_token_ms: turn.interTokenMs === null ? null : timesText(turn.interTokenMs),
    cpu_ms: turn.cpuMs,
    conversations: turn.conversations,
    first_batch: turn.firstBatch,
    last_batch: turn.lastBatch,
    started_at: turn.startedAt,
    answer_form: turn.answerForm === null ? null : oneOf(answerForms, "answer_form", turn.answerForm),
    again_reason: turn.againReason === null ? null : oneOf(againReasons, "again_reason", turn.againReason),
    confidence: turn.confidence === null ? null : confidenceText(turn.confidence),
    served: turn.served === null ? null : JSON.stringify(turn.served),
  };
}

/** Digits beyond these are noise of the order in which a batch is computed. */
function confidenceText({ first, probabilities, gaps, decides }: AnswerConfidence): string {
  return JSON.stringify({
    first,
    probabilities: probabilities.map((probability) => Number(probability.toPrecision(6))),
    gaps: gaps?.map((gap) => Number(gap.toFixed(4))) ?? null,
    decides,
  });
}

/** Microseconds are finer than the clock's noise. */
function timesText(ms: readonly number[]): string {
  return JSON.stringify(ms.map((one) => Math.round(one * 1000) / 1000));
}

function listText(list: readonly number[] | null): string | null {
  return list === null ? null : JSON.stringify(list);
}

/** Half a surrogate pair is no UTF-8: what would be read back is not what was written. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

const names = [
  "run_id, rollout, turn, attempt, policy, injected, keys, value, truth, shown_before, values_since, expected, text",
  "reasoning, token_ids, stop, prompt_tokens, reused_tokens, prefilled_tokens, decoded_tokens, reasoning_tokens",
  "ttft_ms, decode_ms, inter_token_ms, cpu_ms, conversations, first_batch, last_batch, started_at, seal",
  "sample, history_answers, history_wrong, history_breaks, answer_form, again_reason, confidence, session, served",
].join(", ");

/** Takes the columns of {@link turnColumns} and their seal. */
export const insertTurn = `INSERT INTO turn (${names}) VALUES (${names.replace(/\w+/g, "@$&")})`;

/** Columns of times that were taken again, and which session did so. */
export function timesColumns(runId: number, row: RemeasuredRow, session: number | null): SealedRow {
  return {
    run_id: runId,
    session,
    rollout: row.rollout,
    turn: row.turn,
    attempt: row.attempt,
    ttft_ms: row.ttftMs,
    decode_ms: row.decodeMs,
    inter_token_ms: timesText(row.interTokenMs),
    cpu_ms: row.cpuMs,
    first_batch: row.firstBatch,
    last_batch: row.lastBatch,
    started_at: row.startedAt,
  };
}

const timesNames =
  "run_id, session, rollout, turn, attempt, ttft_ms, decode_ms, inter_token_ms, cpu_ms, first_batch, last_batch, started_at, seal";

/** Takes the columns of {@link timesColumns} and their seal. */
export const insertTimes = `INSERT INTO remeasured (${timesNames}) VALUES (${timesNames.replace(/\w+/g, "@$&")})`;

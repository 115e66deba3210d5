import type { RolloutCourse } from "../../store/rollout-courses.ts";
import type { RunRecord } from "../../store/rows.ts";
import type { StoredTurn } from "../../store/stored-rows.ts";
import { answerText } from "../words/answers.ts";
import { endWords } from "../words/words.ts";
import { usageOf } from "./usage.ts";

/** A rollout with what was said in it. */
export interface SaidRollout extends RolloutCourse {
  /** What was put to the model in the first and in the last turn that it finished; none: it finished none. */
  readonly first: readonly SaidMessage[];
  readonly last: readonly SaidMessage[];
  /** The attempts that stand. */
  readonly turns: readonly StoredTurn[];
}

interface SaidMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  /** Of an answer that the model gave itself: its turn, from 0. */
  readonly turnIndex?: number;
}

/**
 * A rollout as a sample of an eval log. Its messages are the last prompt as the model saw it, and the answer: of its own
 * history the whole conversation.
 *
 * @param model as the log calls it
 * @param shown what takes the folders of this machine out of a text
 */
export function inspectSample(
  run: RunRecord,
  model: string,
  rollout: SaidRollout,
  shown: (text: string) => string,
): Readonly<Record<string, unknown>> {
  const { first, last, turns, tokens } = rollout;
  const render = answerText(run.settings);
  const message = messageBy(model);
  const answer = turns.at(-1);
  const said = answer && {
    ...message({ role: "assistant", content: answer.text, turnIndex: answer.turn - 1 }),
  };
  return {
    id: rollout.rollout,
    // Each instance is played once in a run.
    epoch: 1,
    input: first.length === 0 ? "" : first.map(message),
    target: turns.map(({ truth }) => render(truth)),
    messages: [...last.map(message), ...(said === undefined ? [] : [said])],
    output:
      said === undefined ? { model } : { model, choices: [choiceOf(said, answer)], completion: answer?.text },
    scores: scoresOf(rollout, render),
    metadata: { run: run.id, end: rollout.end, turns: turns.length },
    model_usage: usageOf(model, tokens),
    // Its viewer reads a log as it stands.
    store: {},
    events: [],
    attachments: {},
    ...timesOf(rollout),
    ...cutOf(run, rollout, shown),
  };
}

function messageBy(model: string): (message: SaidMessage) => object {
  return ({ role, content, turnIndex }) => {
    if (role !== "assistant") return { role, content, source: "input" };
    if (turnIndex === undefined) return { role, content, source: "input" };
    return { role, content, source: "generate", model, metadata: { turn: turnIndex + 1 } };
  };
}

function choiceOf(message: object, answer: StoredTurn | undefined): object {
  return { message, stop_reason: answer?.stop === "limit" ? "max_tokens" : "stop" };
}

/** What a cut leaves open is not scored: a rollout without an error up to there is neither right nor wrong. */
function scoresOf({ turns, end }: SaidRollout, render: (value: number) => string): object {
  if (turns.length === 0) return {};
  const judged = turns.map((turn) => judgedTurn(turn, render));
  const right = judged.filter(({ turn_correct: isRight }) => isRight).length;
  const firstError = judged.find(({ turn_correct: isRight }) => isRight === false)?.turn;
  const isKnown = firstError !== undefined || end === "complete";
  const answer = judged.at(-1)?.answer ?? null;
  return {
    turn_accuracy: { value: right / turns.length, answer, metadata: { turns: judged } },
    ...(isKnown ? { no_error: { value: firstError === undefined ? "C" : "I", answer } } : {}),
    ...(firstError === undefined ? {} : { first_error_turn: { value: firstError, answer } }),
  };
}

/** By the names of the view `turns`. */
function judgedTurn(turn: StoredTurn, render: (value: number) => string) {
  const verdict = turn.verdicts.at(-1);
  return {
    turn: turn.turn,
    keys: turn.keys,
    text: turn.text,
    answer: verdict === undefined || verdict.answer === null ? null : render(verdict.answer),
    expected: verdict === undefined ? null : render(verdict.basis.expected),
    truth: render(turn.truth),
    class: verdict?.class ?? null,
    turn_correct: verdict?.turnCorrect ?? null,
    index_correct: verdict?.indexCorrect ?? null,
    task_correct: verdict?.taskCorrect ?? null,
    prompt_tokens: turn.promptTokens,
    reused_tokens: turn.reusedTokens,
    prefilled_tokens: turn.prefilledTokens,
    decoded_tokens: turn.decodedTokens,
    ttft_ms: turn.ttftMs,
    decode_ms: turn.decodeMs,
  };
}

/** In seconds. Work is that of its own answers, which others' may share. */
function timesOf({ startedAt, endedAt, turns }: SaidRollout): object {
  const workMs = turns.map(({ ttftMs, decodeMs }) =>
    ttftMs === null || decodeMs === null ? null : ttftMs + decodeMs,
  );
  const known = workMs.filter((ms) => ms !== null);
  return {
    started_at: startedAt,
    completed_at: endedAt,
    total_time: endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000,
    working_time: known.length < workMs.length ? null : known.reduce((sum, ms) => sum + ms, 0) / 1000,
  };
}

/** Why it ended before its last turn: a limit where inspect knows one of the kind, else an error of the machine. */
function cutOf(
  { contextLength }: RunRecord,
  { end, detail, turns }: SaidRollout,
  shown: (text: string) => string,
): object {
  if (end === "complete") return {};
  const [words] = endWords[end ?? "interrupted"];
  const reason = [words, ...(detail ? [shown(detail)] : [])].join(": ");
  if (end === "context_full" && contextLength !== null)
    return { limit: { type: "context", limit: contextLength, reason } };
  if (end === "floor") return { limit: { type: "custom", limit: turns.length, reason } };
  return { error: { message: reason, traceback: "", traceback_ansi: "" } };
}

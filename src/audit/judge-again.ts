import { parseHistory } from "../rollout/history/index.ts";
import type { ChosenHistory } from "../rollout/history/member.ts";
import { History, type HistoryErrors } from "../rollout/history/history.ts";
import { historyAlias } from "../settings/history-alias.ts";
import type { StoredTurn, StoredVerdict } from "../store/stored-rows.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { ownErrorsOf, recordedBy } from "../store/verdicts.ts";
import { valuesOf } from "../tasks/values.ts";
import { Judge, type Reasoning } from "../tasks/judge.ts";
import type { Parser } from "../tasks/parsers.ts";
import type { Instance, InstanceTurn, PromptForm, Task } from "../tasks/task.ts";

/** What a parser makes of a stored turn. */
export interface JudgedAgain {
  readonly turn: StoredTurn;
  readonly verdict: StoredVerdict;
  readonly reasoning: string | null;
  /** What the history showed then. */
  readonly history: HistoryErrors;
}

/** How a run's rollouts were carried out, as far as judging needs it. */
export interface Replay {
  readonly task: Task;
  readonly prompt: PromptForm;
  readonly chosen: ChosenHistory;
  /** The turns that were asked; null: all. */
  readonly probe: readonly number[] | null;
  readonly seed: number;
  readonly ownErrors: readonly number[];
  /** How the model marks its reasoning; null: it does not reason, or the row does not tell. */
  readonly reasoning: Reasoning | null;
}

/** @throws SettingError for a history that this program does not know */
export function replayOf(database: Database, run: RunRecord, task: Task): Replay {
  const { history, prompt, probe } = run.settings;
  const chosen = parseHistory(history);
  const { replayedRun } = chosen;
  const ownErrors = replayedRun === null ? [] : ownErrorsOf(database, replayedRun, recordedBy(run));
  const reasoning = run.chat?.reasoning ?? null;
  return { task, prompt, chosen, probe, seed: run.seed, ownErrors, reasoning };
}

/**
 * Judges one rollout's turns from their stored texts, in sequence: what is expected of a turn depends on what the
 * history showed, and that on what the parser read in those before it.
 *
 * @param turns all attempts of each, in order
 * @param instance what was asked; null: taken from the rows, where every turn was asked
 */
export function judgeAgain(
  replay: Replay,
  rollout: number,
  instance: Instance | null,
  turns: readonly StoredTurn[],
  parser: Parser,
): JudgedAgain[] {
  return [...playAgain(replay, rollout, instance, turns, parser)].flatMap(({ judged }) => judged);
}

/** A turn as it was asked. */
export interface PlayedAgain {
  /** All attempts; none: it was only shown. */
  readonly judged: readonly JudgedAgain[];
  /** What was put to the model. Only until the next turn is asked for. */
  readonly messages: () => ReturnType<History["ask"]>;
}

/**
 * Plays one rollout's turns from their stored texts, one after the other; none where their rows are of another history
 * than the run's.
 *
 * @param opening what stands before the first question, of which judging knows nothing
 */
export function* playAgain(
  replay: Replay,
  rollout: number,
  instance: Instance | null,
  turns: readonly StoredTurn[],
  parser: Parser,
  opening: ConstructorParameters<typeof History>[1] = [],
): Generator<PlayedAgain> {
  const { task, prompt, probe, seed, ownErrors, reasoning } = replay;
  const played = instance ?? { dictionary: [], turns: firstAttempts(turns).map(askedOf) };
  const start = played.start ?? task.neutral;
  const lastAsked = probe?.at(-1) ?? played.turns.length;
  const source = { ...played, seed, rollout, start, lastAsked, ownErrors };
  const policy = playedAs(replay, turns).create({ task, prompt }, source);
  if (turns.some((turn) => turn.policy !== policy.name)) return;
  const history = new History(policy, opening);
  const judge = new Judge(task, start, reasoning, parser.read);
  const valueOf = valuesOf(task, played.dictionary);
  const samplesOf = byTurn(turns);
  let left = turns.length;
  for (const [turnIndex, asked] of played.turns.entries()) {
    const samples = samplesOf.get(turnIndex + 1) ?? [];
    if (samples.length === 0 && (probe === null || left === 0)) return;
    left -= samples.length;
    const [question, state] = [task.question(asked.keys), task.render(judge.state)];
    const shown = history.errors;
    const judged = samples.map((turn) => judgeOne(judge, asked, turn, parser, shown));
    yield { judged, messages: () => history.ask(question, state) };
    const entries = asked.keys.map((key) => ({ key, value: valueOf(key) }));
    const toShow = { turnIndex, asked, entries, state: judge.state, expected: judge.expected(asked) };
    const [chosen = null] = judged;
    const reply = chosen && {
      text: chosen.turn.text,
      answer: chosen.verdict.answer,
      isCorrect: chosen.verdict.turnCorrect,
    };
    const put = chosen === null ? question : policy.ask(question, state);
    judge.advance(asked, history.add(toShow, put, reply), reply?.isCorrect ?? true);
  }
}

/** Rows of earlier versions name the policy that left reasoning out; it showed the same numbers as `own`. */
function playedAs({ chosen }: Replay, [first]: readonly StoredTurn[]): ChosenHistory {
  return chosen.text === "own" && first?.policy === historyAlias ? parseHistory(historyAlias) : chosen;
}

function judgeOne(
  judge: Judge,
  asked: InstanceTurn,
  turn: StoredTurn,
  parser: Parser,
  history: HistoryErrors,
): JudgedAgain {
  const judged = judge.assess(asked, turn.text, turn.stop === "limit");
  const { verdict, reading, shownBefore, valuesSince, expected } = judged;
  const basis = { shownBefore, valuesSince, expected };
  return {
    turn,
    verdict: { parserVersion: parser.version, ...verdict, basis },
    reasoning: reading.reasoning,
    history,
  };
}

function byTurn(turns: readonly StoredTurn[]): Map<number, StoredTurn[]> {
  const samples = new Map<number, StoredTurn[]>();
  for (const turn of turns) {
    const known = samples.get(turn.turn);
    if (known === undefined) samples.set(turn.turn, [turn]);
    else known.push(turn);
  }
  return samples;
}

function firstAttempts(turns: readonly StoredTurn[]): StoredTurn[] {
  return turns.filter(({ attempt }) => attempt === 1);
}

/** What a turn asked, by its own row. */
function askedOf({ keys, value, truth }: StoredTurn): InstanceTurn {
  return { keys: keys === null || keys === "unreadable" ? [] : keys, value, truth };
}

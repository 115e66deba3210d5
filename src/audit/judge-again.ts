import { parseHistory } from "../rollout/history/index.ts";
import type { ChosenHistory } from "../rollout/history/member.ts";
import { History, type HistoryErrors } from "../rollout/history/history.ts";
import { historyAlias } from "../settings/history-alias.ts";
import type { StoredTurn, StoredVerdict } from "../store/stored-rows.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { ownErrorsOf } from "../store/verdicts.ts";
import { valuesOf } from "../tasks/instance.ts";
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

/** The parser that judged while the run went on; before versions were recorded there was only the first. */
export function recordedBy({ versions }: RunRecord): number {
  return Number(versions["parser"] ?? 1);
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
  const { task, prompt, probe, seed, ownErrors, reasoning } = replay;
  const played = instance ?? { dictionary: [], turns: firstAttempts(turns).map(askedOf) };
  const start = played.start ?? task.neutral;
  const lastAsked = probe?.at(-1) ?? played.turns.length;
  const source = { ...played, seed, rollout, start, lastAsked, ownErrors };
  const policy = playedAs(replay, turns).create({ task, prompt }, source);
  // Rows of another history than the run's cannot be judged as if they followed one another.
  if (turns.some((turn) => turn.policy !== policy.name)) return [];
  const history = new History(policy, "");
  const judge = new Judge(task, start, reasoning, parser.read);
  const valueOf = valuesOf(task, played.dictionary);
  const samplesOf = byTurn(turns);
  const judged: JudgedAgain[] = [];
  for (const [turnIndex, asked] of played.turns.entries()) {
    const samples = samplesOf.get(turnIndex + 1) ?? [];
    if (samples.length === 0 && (probe === null || judged.length === turns.length)) break;
    const shown = history.errors;
    const again = samples.map((turn) => judgeOne(judge, asked, turn, parser, shown));
    judged.push(...again);
    const entries = asked.keys.map((key) => ({ key, value: valueOf(key) }));
    const toShow = { turnIndex, asked, entries, state: judge.state, expected: judge.expected(asked) };
    const chosen = again[0] ?? null;
    const reply = chosen && {
      text: chosen.turn.text,
      answer: chosen.verdict.answer,
      isCorrect: chosen.verdict.turnCorrect,
    };
    judge.advance(asked, history.add(toShow, "", reply), reply?.isCorrect ?? true);
  }
  return judged;
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

import { isDeepStrictEqual } from "node:util";
import { type StoredTurn, type StoredVerdict, storedRollouts, storedTurns } from "../store/stored-rows.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { addVerdicts } from "../store/verdicts.ts";
import type { Parser } from "../tasks/parsers.ts";
import { givenOrDrawn } from "../tasks/instance.ts";
import type { Instance } from "../tasks/task.ts";
import { givenInstances } from "../runs/given-dataset.ts";
import { type JudgedAgain, judgeAgain, replayOf } from "./judge-again.ts";
import { taskOf } from "./task-of.ts";

/** A turn that the parser judges otherwise than the newest verdict that was there. */
export interface ChangedTurn {
  readonly run: number;
  readonly rollout: number;
  readonly turn: number;
  readonly text: string;
  readonly old: StoredVerdict;
  readonly new: StoredVerdict;
}

/** For each column, how many turns have another value. */
export interface ChangeCounts {
  readonly class: number;
  readonly answer: number;
  readonly turnCorrect: number;
  readonly taskCorrect: number;
  /** Another answer is expected, since another number was read before. */
  readonly expected: number;
}

export interface RescoredRun {
  readonly run: number;
  readonly name: string;
  readonly parserVersion: number;
  readonly turns: number;
  /** Turns without a verdict of this version: those are written, or would be. */
  readonly added: number;
  readonly counts: ChangeCounts;
  readonly changed: readonly ChangedTurn[];
  /** Turns whose stored verdict of this very version is not what the parser gives. */
  readonly contradicted: number;
  /** Turns that do not follow one another as the run's settings say, so that they cannot be judged in sequence. */
  readonly leftOut: number;
}

/**
 * Judges every turn of a run again from its stored text, each rollout in sequence, and adds the verdicts that are not
 * there yet. Nothing is overwritten.
 *
 * @throws UsageError when the run's task is not known to this program
 */
export function rescoreRun(
  database: Database,
  run: RunRecord,
  parser: Parser,
  isDryRun: boolean,
): RescoredRun {
  const task = taskOf(run, "rescore");
  const replay = replayOf(database, run, task);
  // What the model's own history is judged by stands in the rows; other histories are drawn again.
  const isFromRows =
    run.settings.history === "own" && run.settings.start === "neutral" && run.settings.burnIn === 0;
  const given = isFromRows ? null : givenInstances(database, run, task);
  const instanceOf = (rollout: number): Instance =>
    givenOrDrawn(given, task, run.settings, run.seed, rollout);
  const tally = new Tally(run, parser);
  const rescore = database.transaction(() => {
    for (const { rollout } of storedRollouts(database, run.id)) {
      const turns = storedTurns(database, run.id, rollout);
      const judged = judgeAgain(replay, rollout, isFromRows ? null : instanceOf(rollout), turns, parser);
      const added = judged.filter(({ turn }) => verdictBy(turn, parser) === undefined);
      if (!isDryRun) addVerdicts(database, added);
      for (const each of judged) tally.count(each);
      tally.leftOut += turns.length - judged.length;
    }
  });
  if (isDryRun) rescore();
  else rescore.immediate();
  return tally.result();
}

/** Adds up what changed; keeps the changed turns only. */
class Tally {
  readonly #run: RunRecord;
  readonly #parser: Parser;
  readonly #changed: ChangedTurn[] = [];
  readonly #counts = { class: 0, answer: 0, turnCorrect: 0, taskCorrect: 0, expected: 0 };
  #turns = 0;
  #added = 0;
  #contradicted = 0;
  leftOut = 0;

  constructor(run: RunRecord, parser: Parser) {
    this.#run = run;
    this.#parser = parser;
  }

  count({ turn, verdict }: JudgedAgain): void {
    this.#turns++;
    const same = verdictBy(turn, this.#parser);
    if (same === undefined) this.#added++;
    else if (!isDeepStrictEqual(same, verdict)) this.#contradicted++;
    const old = turn.verdicts.at(-1);
    if (old === undefined || !isChanged(old, verdict)) return;
    for (const name of ["class", "answer", "turnCorrect", "taskCorrect"] as const)
      if (old[name] !== verdict[name]) this.#counts[name]++;
    if (old.basis.expected !== verdict.basis.expected) this.#counts.expected++;
    const { rollout, text } = turn;
    this.#changed.push({ run: this.#run.id, rollout, turn: turn.turn, text, old, new: verdict });
  }

  result(): RescoredRun {
    return {
      run: this.#run.id,
      name: this.#run.name,
      parserVersion: this.#parser.version,
      turns: this.#turns,
      added: this.#added,
      counts: this.#counts,
      changed: this.#changed,
      contradicted: this.#contradicted,
      leftOut: this.leftOut,
    };
  }
}

/** Whether two verdicts differ in anything but the version, what they were judged by included. */
function isChanged(old: StoredVerdict, now: StoredVerdict): boolean {
  return !isDeepStrictEqual({ ...old, parserVersion: 0 }, { ...now, parserVersion: 0 });
}

function verdictBy(turn: StoredTurn, parser: Parser): StoredVerdict | undefined {
  return turn.verdicts.find(({ parserVersion }) => parserVersion === parser.version);
}

import { beforeEach, describe, expect, it } from "vitest";
import { rescoreRun } from "../../src/audit/rescore.ts";
import { toTurnRows } from "../../src/runs/record.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { storedTurns } from "../../src/store/stored-rows.ts";
import { confidentTurns } from "../../src/store/confident-turns.ts";
import { pageTurns } from "../../src/store/page-turns.ts";
import { getRun, transcript } from "../../src/store/queries.ts";
import type { TokenConfidence } from "../../src/reply/confidence.ts";
import { readAnswer } from "../../src/tasks/answer.ts";
import { dictSum } from "../../src/tasks/dict-sum.ts";
import { Judge } from "../../src/tasks/judge.ts";
import type { Parser } from "../../src/tasks/parsers.ts";
import { emptyDatabase, newRun, turnRow } from "../store/builders.ts";
import { judgeTurn } from "../tasks/builders.ts";

/** Reads a bare number too, as no shipped version does. */
const lenient: Parser = {
  version: 1_000,
  read: (text, reachedLimit) => {
    const reading = readAnswer(text, reachedLimit);
    if (reading.class !== "no_tag" || !/^-?\d+$/.test(text)) return reading;
    return { ...reading, class: "number", answer: Number(text), firstAnswer: Number(text) };
  },
};

/** A token each, the surest of them the one that an answer begins with, and the least sure the one behind it. */
function characters(text: string): TokenConfidence[] {
  const begin = text.indexOf(">") + 1;
  return Array.from(text, (_, at) => ({ end: at + 1, probability: 0.9, gap: at === begin ? 3 : 1 }));
}

let database: ReturnType<typeof emptyDatabase>;
let runId: number;

/** Values are 1 each turn; the second answer has no tag and is off by ten, and the third builds on it. */
beforeEach(() => {
  database = emptyDatabase();
  runId = newRun(database, { turns: 4, rollouts: 1 }, { versions: { parser: "2" } });
  const recorder = new Recorder(database, runId);
  const judge = new Judge(dictSum);
  recorder.startRollout({ rollout: 0, dictionary: [], startedAt: "" });
  ["<answer>1</answer>", "12", "<answer>13</answer>", "<answer>14</answer>"].forEach((text, index) => {
    const asked = { keys: ["about"], value: 1, truth: index + 1 };
    const result = { ...turnRow(0, index + 1, true), text };
    const judged = judgeTurn(judge, asked, text, false, characters(text));
    const finished = {
      turn: index + 1,
      asked,
      samples: [
        { attempt: 1, sample: 0, result: { ...result, tokenConfidence: null, served: null }, judged },
      ],
      policy: "own",
      isInjected: false,
      isGiven: false,
      history: { answers: index, wrong: 0, breaks: 0 },
    };
    for (const row of toTurnRows(0, finished)) recorder.turn(row);
  });
  recorder.flush();
});

function run() {
  const record = getRun(database, runId);
  if (record === null) throw new Error("no run");
  return record;
}

const shown = (sql: string) => database.prepare(sql).raw().all();

describe("scoring again with another parser", () => {
  it("adds verdicts beside the old ones and tells what changed", () => {
    const rescored = rescoreRun(database, run(), lenient, false);
    expect(rescored).toMatchObject({ turns: 4, added: 4, contradicted: 0, leftOut: 0 });
    expect(rescored.counts).toEqual({ class: 2, answer: 1, turnCorrect: 1, taskCorrect: 0, expected: 1 });
    expect(rescored.changed.map(({ turn, old, new: now }) => [turn, old.class, now.class])).toEqual([
      [2, "no_tag", "wrong_number"],
      [3, "wrong_number", "right"],
    ]);
    expect(shown("SELECT parser_version, count(*) FROM verdict GROUP BY 1")).toEqual([
      [2, 4],
      [1_000, 4],
    ]);
  });

  it("judges the next turn by the number that it read, and the view says by which", () => {
    const before = shown("SELECT * FROM turn");
    rescoreRun(database, run(), lenient, false);
    expect(
      shown("SELECT turn, shown_before, values_since, expected, class FROM turns ORDER BY turn"),
    ).toEqual([
      [1, null, 0, 1, "right"],
      [2, 1, 0, 2, "wrong_number"],
      [3, 12, 0, 13, "right"],
      [4, 13, 0, 14, "right"],
    ]);
    expect(shown("SELECT * FROM turn")).toEqual(before);
    // Only where it is not what the turn's own row says.
    expect(shown("SELECT turn_id, shown_before, values_since, expected FROM verdict_basis")).toEqual([
      [3, 12, 0, 13],
    ]);
    const bases = storedTurns(database, runId, 0)[2]?.verdicts.map(({ basis }) => basis.expected);
    expect(bases).toEqual([3, 13]);
  });

  it("adds nothing the second time, and nothing in a dry run", () => {
    expect(rescoreRun(database, run(), lenient, true).added).toBe(4);
    expect(shown("SELECT count(*) FROM verdict")).toEqual([[4]]);
    rescoreRun(database, run(), lenient, false);
    const again = rescoreRun(database, run(), lenient, false);
    expect(again).toMatchObject({ added: 0, changed: [], contradicted: 0 });
    expect(shown("SELECT count(*) FROM verdict")).toEqual([[8]]);
  });

  it("leaves of how sure the model was only what the new verdicts are about", () => {
    const told = () =>
      confidentTurns(database, run()).map(({ turn, gap, decidingGap }) => [turn, gap, decidingGap]);
    // Turn 3 is wrong in its first digit, by a gap that is not its smallest; turn 2 has no answer.
    const recorded = [
      [1, 1, 1],
      [3, 1, 3],
      [4, 1, 1],
    ];
    expect(told()).toEqual(recorded);
    rescoreRun(database, run(), lenient, false);
    expect(told()).toEqual([recorded[0], [3, 1, null], recorded[2]]);
    const readsTurn4Otherwise: Parser = {
      version: 1_001,
      read: (text, reachedLimit) => {
        const reading = readAnswer(text, reachedLimit);
        return reading.answer === 14 ? { ...reading, answer: 4 } : reading;
      },
    };
    rescoreRun(database, run(), readsTurn4Otherwise, false);
    expect(told()).toEqual(recorded.slice(0, 2));
    expect(transcript(database, run(), 0).map(({ confidence }) => confidence?.decidingGap ?? null)).toEqual([
      1,
      null,
      3,
      null,
    ]);
    expect(pageTurns(database, run(), 0, 4, 1)[0]?.confidence).toBeNull();
  });

  it("leaves out turns whose history is not the model's own", () => {
    database.exec("UPDATE turn SET policy = 'healed'");
    expect(rescoreRun(database, run(), lenient, false)).toMatchObject({ turns: 0, added: 0, leftOut: 4 });
  });
});

import { describe, expect, test } from "vitest";
import {
  type MadeRollout,
  madeModel,
  madeRollouts,
  madeSettings,
  madeSummary,
  conclusionOn,
} from "./runs.ts";

function model(name: string, errorTurns: readonly number[], count = 40, turns = 12) {
  return madeSummary(
    { name, model: madeModel({ name }), settings: madeSettings({ turns }) },
    madeRollouts(errorTurns, count, turns),
  );
}

function times(count: number, turn: number): number[] {
  return Array.from({ length: count }, () => turn);
}

const strong = model("strong", times(10, 11));
const weak = model("weak", [...times(8, 2), ...times(15, 4), ...times(10, 6)]);
const middling = model("middling", [...times(10, 5), ...times(15, 8)]);

describe("two runs", () => {
  test("the one that goes further is named with the test and the ratio that is known", () => {
    expect(conclusionOn([weak, strong])).toBe(
      "strong goes further than weak: H50 > 12 against 4 turns, at least 2.1 times as far (95 %) (log-rank test, p < 0.0001).",
    );
    expect(conclusionOn([middling, weak])).toBe(
      "middling goes further than weak: H50 8 against 4 turns, 2 times as far (95 % at least 1.3) (log-rank test, p = 0.0002).",
    );
  });

  test("nothing is claimed that the test does not support", () => {
    const alike = model("alike", [...times(8, 2), ...times(14, 4), ...times(10, 6)]);
    expect(conclusionOn([weak, alike])).toBe(
      "No difference shown between alike and weak in how far they get (log-rank test, p = 0.82): at turn 12 20 % against 18 % of the rollouts are without an error.",
    );
  });

  test("where neither falls below half, the next threshold or the last turn is compared", () => {
    expect(conclusionOn([model("a", times(2, 11)), model("b", times(17, 3))])).toBe(
      "a goes further than b: H80 > 12 against 3 turns, at least 4.3 times as far (95 %) (log-rank test, p < 0.0001).",
    );
    expect(conclusionOn([model("a", times(2, 4)), model("b", times(4, 3))])).toMatch(
      /^No difference shown between a and b in how far they get \(log-rank test, p = 0\.\d+\): at turn 12 95 % against 90 % of the rollouts are without an error\.$/,
    );
  });

  test("fewer than five first errors in all carry no verdict", () => {
    expect(conclusionOn([model("a", []), model("b", times(2, 3))])).toBe(
      "No conclusion on a and b: 2 first errors in all, and fewer than 5 tell nothing; at turn 12 100 % against 95 % of the rollouts are without an error.",
    );
  });

  test("two that never slip are said so", () => {
    expect(conclusionOn([model("a", []), model("b", [])])).toBe(
      "Neither a nor b slipped within 12 turns: no difference shown.",
    );
    expect(conclusionOn([model("a", []), model("b", [], 40, 9)])).toBe(
      "Neither a nor b slipped within the turns it had: no difference shown.",
    );
  });

  test("one that fails at turn 1 has a horizon of 1 turn", () => {
    expect(conclusionOn([strong, model("hopeless", times(40, 1))])).toContain(
      "H50 > 12 against 1 turn, at least 13 times as far",
    );
  });

  test("equal runs show no difference", () => {
    expect(conclusionOn([weak, { ...weak, id: 2 }])).toBe(
      "No difference shown between weak (run 1) and weak (run 2) in how far they get (log-rank test, p = 1): at turn 12 18 % against 18 % of the rollouts are without an error.",
    );
  });
});

describe("several runs", () => {
  test("every shown pair is said, p-values adjusted over all of them", () => {
    expect(conclusionOn([weak, strong, middling])).toMatch(
      /^strong goes further than middling \(H50 > 12 against 8 turns.*; p .*\) and weak \(.*\); middling goes further than weak \(H50 8 against 4 turns.*\), by log-rank tests with Holm's correction over 3 pairs\.$/,
    );
  });

  test("a pair that differs is said though another row leads, and though a third one is short", () => {
    const short = madeSummary(
      { name: "short", model: madeModel({ name: "short" }), settings: madeSettings({ turns: 2 }) },
      madeRollouts([], 40, 2),
    );
    const early = model("early", times(38, 3));
    const verdict = conclusionOn([early, short, strong]);
    expect(verdict).toMatch(/strong goes further than early \(.*; p [<=] 0\.\d+\)/);
    expect(verdict).not.toMatch(/^No difference/);
  });

  test("what is not shown is said beside what is", () => {
    const second = model("second", times(13, 11));
    expect(conclusionOn([strong, second, weak])).toMatch(
      /^strong goes further than weak .*; second goes further than weak .*; no difference shown between strong and second \(p = \S+\)\.$/,
    );
    expect(conclusionOn([strong, second, model("third", times(12, 11))])).toMatch(
      /^No difference shown by log-rank tests with Holm's correction over 3 pairs: strong and third \(p = 1\), /,
    );
  });

  test("none of which slips", () => {
    expect(conclusionOn([model("a", []), model("b", []), model("c", [])])).toBe(
      "None of a, b and c slipped within 12 turns: no difference shown.",
    );
  });
});

describe("what must not be compared", () => {
  test("a simulated model beside a real one", () => {
    const simulated = madeSummary(
      { name: "sim", engine: "scripted", engineSpec: "p=1", model: null },
      madeRollouts([], 8),
    );
    expect(conclusionOn([strong, simulated])).toBe(
      "Not compared, since the runs differ in engine (a simulated model beside a real one).",
    );
  });

  test("but one behind a server beside one in this process is", () => {
    const served = madeSummary(
      { name: "served", engine: "chat", engineSpec: "one", model: null },
      madeRollouts([], 8),
    );
    expect(conclusionOn([strong, served])).not.toMatch(/Not compared/);
  });

  test("different tasks and settings, which are named", () => {
    const other = madeSummary(
      { name: "other", promptHash: "another", settings: madeSettings({ task: "retrieval", keysPerTurn: 2 }) },
      madeRollouts([], 8),
    );
    expect(conclusionOn([strong, other])).toBe(
      "Not compared, since the runs differ in task (dict-sum, retrieval) and keysPerTurn (1, 2).",
    );
    const reworded = madeSummary({ name: "other", promptHash: "another" }, madeRollouts([], 8));
    expect(conclusionOn([strong, reworded])).toContain("differ in wording of the prompt");
  });

  test("but sampling limits matter only where something is sampled", () => {
    const settings = madeSettings({ topK: 40 });
    expect(
      conclusionOn([weak, madeSummary({ name: "other", settings }, madeRollouts(times(30, 3), 40))]),
    ).not.toContain("Not compared");
    const warm = [0, 40].map((topK) =>
      madeSummary(
        { name: `k${topK}`, settings: madeSettings({ topK, temperature: 1 }) },
        madeRollouts([3], 8),
      ),
    );
    expect(conclusionOn(warm)).toContain("topK (0, 40)");
  });
});

describe("one run", () => {
  test.each([
    [
      model("a", times(25, 5)),
      "a has fewer than half of its rollouts without an error from turn 5 on (95 % interval 5 to > 12).",
    ],
    [model("a", times(3, 5)), "a keeps at least half of its rollouts without an error for all 12 turns."],
    [model("a", []), "a did not slip within 12 turns."],
  ])("is described", (run, sentence) => {
    expect(conclusionOn([run])).toBe(sentence);
  });

  test("that failed, or was not there at all", () => {
    expect(conclusionOn([])).toBe("Nothing was run.");
    expect(conclusionOn([madeSummary({ status: "failed" }, [])])).toBe("The run finished no turn.");
  });
});

describe("what makes a verdict mean less", () => {
  test("a model at the floor is called so", () => {
    expect(conclusionOn([model("lost", times(31, 2), 32, 2)])).toBe(
      "lost has fewer than half of its rollouts without an error from turn 2 on (95 % interval 2 to 2). " +
        "lost is at the floor of the task: 100 % (94 to 100) of its answers can be read, and at turn 2 it is right in 1 of 32 (at most 16 %), so its horizon says nothing about decay. " +
        "Try --task retrieval, a smaller --value-max or --level auto.",
    );
  });

  test("one whose wrong answers cannot be read is at the floor of form, with the cure that is left", () => {
    const unread = (format: "free" | "integer") =>
      conclusionOn([
        madeSummary(
          { settings: madeSettings({ turns: 2, format }) },
          madeRollouts(times(31, 2), 32, 2).map((one) => ({ ...one, class: "no_tag" as const })),
        ),
      ]);
    expect(unread("free")).toContain(
      "tiny is at the floor of form: 52 % (40 to 63) of its answers can be read; of those, 100 % (90 to 100) are right (33 of 33). Try --format integer or more --shots.",
    );
    expect(unread("integer")).toMatch(/ Try more --shots\.$/);
  });

  test("nothing is said of a floor with one turn only, or near it", () => {
    expect(conclusionOn([model("short", times(32, 1), 32, 1)])).not.toContain("at the floor");
    expect(conclusionOn([model("near", times(18, 2), 32)])).not.toContain("floor");
  });

  test("interrupted and failed runs are named", () => {
    const lost: MadeRollout[] = [
      ...madeRollouts([], 5),
      { errorTurn: null, lastTurn: 3, end: "interrupted" },
    ];
    const interrupted = madeSummary({ name: "half", status: "interrupted" }, lost);
    const failed = madeSummary({ name: "broken", status: "failed" }, []);
    expect(conclusionOn([interrupted, failed])).toBe(
      "half did not slip within 12 turns. half was interrupted and counts as far as it came. broken failed and is left out.",
    );
    expect(conclusionOn([failed, { ...failed, name: "other" }])).toBe(
      "No run finished a turn: there is nothing to compare.",
    );
  });
});

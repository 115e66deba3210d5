import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance, hashInstances } from "../../src/tasks/instance.ts";
import { valuesOf } from "../../src/tasks/values.ts";
import { Judge } from "../../src/tasks/judge.ts";
import { renderReply } from "../../src/tasks/prompt.ts";
import type { Task } from "../../src/tasks/task.ts";
import { judgeTurn, taskSettings } from "./builders.ts";

const all = Object.values(tasks);
const seeds = fc.integer({ min: 0, max: 10_000 });

/** A few values as the task itself draws them. */
function drawn(task: Task, seed: number, count: number): number[] {
  const instance = createInstance(task, taskSettings({ turns: count }), seed, 0);
  return instance.turns.map(({ value }) => value);
}

describe.each(all.map((task) => [task.name, task] as const))("%s", (_name, task) => {
  it("combines associatively, from a state that changes nothing", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [a = 0, b = 0, c = 0] = drawn(task, seed, 3);
        expect(task.combine(task.combine(a, b), c)).toBe(task.combine(a, task.combine(b, c)));
        expect(task.combine(task.neutral, a)).toBe(a);
        expect(task.combine(a, task.neutral)).toBe(a);
      }),
    );
  });

  it("reads back what it renders", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const value of drawn(task, seed, 4)) expect(task.parse(task.render(value))).toBe(value);
      }),
    );
  });

  it("has truths that follow from its keys, the start and nothing else", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom("neutral" as const, "random" as const), (seed, start) => {
        const keysPerTurn = task.takesManyKeys ? 2 : 1;
        const instance = createInstance(task, taskSettings({ turns: 6, keysPerTurn, start }), seed, 1);
        const valueOf = valuesOf(task, instance.dictionary);
        let state = instance.start ?? task.neutral;
        for (const { keys, truth } of instance.turns) {
          const value = keys.reduce((total, key) => task.combine(total, valueOf(key)), task.neutral);
          state = task.stateful ? task.combine(state, value) : value;
          expect(truth).toBe(state);
        }
      }),
    );
  });

  it("takes a right reply as right, in every form, and a perturbed one as wrong", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.constantFrom("direct" as const, "cot" as const, "verify" as const),
        (seed, prompt) => {
          const instance = createInstance(task, taskSettings({ turns: 4 }), seed, 2);
          const valueOf = valuesOf(task, instance.dictionary);
          const judge = new Judge(task);
          for (const asked of instance.turns) {
            const entries = asked.keys.map((key) => ({ key, value: valueOf(key) }));
            const wrong = task.perturb(asked.truth, new Random(seed), 10);
            const reply = renderReply(task, prompt, judge.state, entries, wrong);
            expect(judge.assess(asked, reply, false).verdict.turnCorrect).toBe(false);
            const right = renderReply(task, prompt, judge.state, entries, asked.truth);
            expect(judgeTurn(judge, asked, right, false).verdict).toMatchObject({
              turnCorrect: true,
              indexCorrect: true,
            });
          }
        },
      ),
    );
  });
});

describe("matrices", () => {
  it("multiply as matrices do", () => {
    const { parse, combine, render } = tasks.matrix;
    const product = combine(parse("1, 2, 3, 4") ?? 0, parse("5, 6, 0, 1") ?? 0);
    // [1 2; 3 4] [5 6; 0 1] = [5 8; 15 22], modulo 7.
    expect(render(product)).toBe("5, 1, 1, 1");
  });

  it("are read exactly however large the entries, with brackets or without", () => {
    const { parse } = tasks["matrix-unbounded"];
    expect(parse("[[1, -2], [3, 4]]")).toBe(parse("1, -2, 3, 4"));
    expect(parse("123456789012345678901234567890, 0, 0, 1")).not.toBeNull();
    for (const text of ["1, 2, 3", "1, 2, 3, 4, 5", "a, b, c, d", "1.5, 2, 3, 4", ""])
      expect(parse(text)).toBeNull();
  });

  it("of the bounded form never collapse: every factor is invertible", () => {
    const { dictionary } = createInstance(tasks.matrix, taskSettings({ dictionarySize: 100 }), 3, 0);
    for (const { value } of dictionary) {
      const [a = 0, b = 0, c = 0, d = 0] = tasks.matrix.render(value).split(", ").map(Number);
      expect((((a * d - b * c) % 7) + 7) % 7).not.toBe(0);
    }
  });
});

describe("a start that is not 0", () => {
  it("moves every truth by as much and changes neither dictionary nor keys", () => {
    const settings = taskSettings({ turns: 5 });
    const plain = createInstance(tasks["dict-sum"], settings, 4, 0);
    const moved = createInstance(tasks["dict-sum"], { ...settings, start: "random" }, 4, 0);
    expect(moved.dictionary).toEqual(plain.dictionary);
    expect(moved.start).not.toBe(0);
    expect(moved.turns.map(({ truth }) => truth - (moved.start ?? 0))).toEqual(
      plain.turns.map(({ truth }) => truth),
    );
  });

  it("leaves no trace in instances that start at 0, whose hashes are known", () => {
    expect(Object.keys(createInstance(tasks["dict-sum"], taskSettings(), 1, 0))).toEqual([
      "dictionary",
      "turns",
    ]);
    const instance = createInstance(tasks["dict-sum"], taskSettings({ turns: 3, dictionarySize: 4 }), 1, 0);
    expect(hashInstances([instance])).toHaveLength(64);
  });
});

it("the unbounded product's answers in full are the products, and their codes are its states", () => {
  const task = tasks["matrix-unbounded"];
  const instance = createInstance(task, taskSettings({ turns: 40, dictionarySize: 8 }), 3, 0);
  const full = task.fullAnswers?.(instance) ?? [];
  expect(full.map((content) => task.parse(content))).toEqual(instance.turns.map(({ truth }) => truth));
  expect(full.at(-1)?.length).toBeGreaterThan(4 * 20);
  expect(full[0]).toBe(task.render(instance.turns[0]?.truth ?? 0));
});

import { describe, expect, it } from "vitest";
import { NativeWork } from "../../src/runs/native-work.ts";
import { Ticks } from "../../src/runs/tick.ts";
import { type Death, deathWords, trialPatience, Watchdog } from "../../src/runs/watchdog.ts";
import { FakeMachine } from "./fake-machine.ts";

const second = 1_000;
const minute = 60 * second;

interface FakeBatch {
  readonly tokens: number;
  readonly tookMs: number;
  mark: "slept" | null;
}

/** A parent with its watchdog, and a worker that beats as the real one does and evaluates what it is told to. */
function supervised(modelBytes = 1e9) {
  const machine = new FakeMachine();
  const [parent, worker] = [machine.process(), machine.process()];
  const deaths: (Death & { readonly atMs: number })[] = [];
  const clockSets: number[] = [];
  const watchdog = new Watchdog(
    trialPatience(modelBytes),
    (death) => deaths.push({ ...death, atMs: machine.nowMs }),
    parent,
  );
  const ticks = new Ticks(
    worker,
    () => {
      // A stopped parent reads it when it goes on.
      const { beat } = work;
      parent.after(0, () => watchdog.beat(beat));
    },
    (byMs) => clockSets.push(byMs),
  );
  const work = new NativeWork(
    () => worker.nowMs(),
    (startMs) => ticks.heldUpSince(startMs),
  );
  const batches: FakeBatch[] = [];
  const evaluate = (queue: readonly { readonly tokens: number; readonly takesMs: number }[]): void => {
    const [next, ...rest] = queue;
    if (next === undefined) return;
    const startMs = worker.nowMs();
    work.begin(next.tokens);
    if (next.takesMs === Number.POSITIVE_INFINITY) return;
    worker.after(next.takesMs, () => {
      batches.push({
        tokens: next.tokens,
        tookMs: worker.nowMs() - startMs,
        mark: ticks.heldUpSince(startMs) ? "slept" : null,
      });
      evaluate(rest);
    });
  };
  return { machine, parent, worker, work, evaluate, batches, deaths, clockSets };
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const fast = { tokens: 8, takesMs: second };
const endless = { tokens: 8, takesMs: Number.POSITIVE_INFINITY };

describe("a healthy run lives", () => {
  it("for 20 minutes, one batch of which takes 12, since smaller ones tell how slow this machine is", () => {
    const { machine, evaluate, batches, deaths } = supervised();
    evaluate([
      ...times(4, { tokens: 32, takesMs: 50 * second }),
      { tokens: 512, takesMs: 12 * minute },
      ...times(5, { tokens: 32, takesMs: 56 * second }),
    ]);
    machine.run(20 * minute);
    expect(deaths).toEqual([]);
    expect(batches).toHaveLength(10);
  });

  it("where nothing came before its first batch of half an hour, of a model of 8 GB", () => {
    const { machine, evaluate, batches, deaths } = supervised(8e9);
    evaluate([{ tokens: 512, takesMs: 30 * minute }, fast]);
    machine.run(31 * minute);
    expect(deaths).toEqual([]);
    expect(batches).toHaveLength(2);
  });

  it("while a file is loaded for hours, part by part", () => {
    const { machine, worker, work, deaths } = supervised();
    worker.every(6 * minute, () => work.begin());
    machine.run(300 * minute);
    expect(deaths).toEqual([]);
  });

  it("while llama.cpp reads 40 GB at 11 MB a second before it tells how far it is", () => {
    const { machine, worker, work, deaths } = supervised(40e9);
    worker.after(60 * minute, () => work.begin());
    machine.run(65 * minute);
    expect(deaths).toEqual([]);
  });

  it("while native libraries hold the thread that beats for most of a minute", () => {
    const { machine, worker, evaluate, deaths } = supervised();
    worker.isStopped = true;
    machine.run(50 * second);
    worker.isStopped = false;
    evaluate(times(300, fast));
    machine.run(5 * minute);
    expect(deaths).toEqual([]);
  });
});

describe("a stopped worker", () => {
  it("is found within a minute, and the row says so", () => {
    const { machine, worker, evaluate, deaths } = supervised();
    evaluate(times(1_000, fast));
    machine.run(10 * minute);
    worker.isStopped = true;
    const stoppedMs = machine.nowMs;
    machine.run(10 * minute);
    expect(deaths).toHaveLength(1);
    const [death] = deaths;
    expect(death?.atMs).toBeGreaterThan(stoppedMs + 30 * second);
    expect(death?.atMs).toBeLessThanOrEqual(stoppedMs + minute);
    expect(deathWords(death as Death)).toBe(
      "the engine's process was stopped or froze: no sign of life for 45 s",
    );
  });

  it("is found within a minute before any work, too", () => {
    const { machine, worker, deaths } = supervised();
    machine.run(minute);
    worker.isStopped = true;
    machine.run(minute);
    expect(deaths).toMatchObject([{ kind: "stopped", waitedMs: 55 * second }]);
  });

  it("that goes on in time lives, and the batch in which it stood is marked", () => {
    const { machine, worker, evaluate, batches, deaths } = supervised();
    evaluate(times(1_000, fast));
    machine.run(100.5 * second);
    worker.isStopped = true;
    machine.run(30 * second);
    worker.isStopped = false;
    machine.run(10 * minute);
    expect(deaths).toEqual([]);
    expect(batches.filter(({ mark }) => mark !== null)).toEqual([
      { tokens: 8, tookMs: 30.5 * second, mark: "slept" },
    ]);
  });
});

describe("nobody dies, and what was under way is marked,", () => {
  it("when all are stopped for an hour and go on", () => {
    const { machine, parent, worker, evaluate, batches, deaths } = supervised();
    evaluate(times(1_000, fast));
    machine.run(2.5 * minute + 100);
    [parent.isStopped, worker.isStopped] = [true, true];
    machine.run(60 * minute);
    [parent.isStopped, worker.isStopped] = [false, false];
    machine.run(5 * minute);
    expect(deaths).toEqual([]);
    expect(batches.filter(({ mark }) => mark === "slept")).toHaveLength(1);
  });

  it.each([true, false])("when the machine sleeps (its monotonic clock stands still: %s)", (isStanding) => {
    const { machine, evaluate, batches, deaths } = supervised();
    evaluate(times(1_000, { tokens: 8, takesMs: 20 * second }));
    machine.run(2.2 * minute);
    machine.sleep(8 * 60 * minute, isStanding);
    machine.run(5 * minute);
    expect(deaths).toEqual([]);
    expect(batches.filter(({ mark }) => mark === "slept")).toHaveLength(1);
  });

  it.each([60 * minute, -60 * minute, 1.5 * second])(
    "but not when the clock is set by %i ms, which is told: no time was lost",
    (byMs) => {
      const { machine, evaluate, batches, deaths, clockSets } = supervised();
      evaluate(times(1_000, fast));
      machine.run(100.5 * second);
      machine.setClock(byMs);
      machine.run(10 * minute);
      expect(deaths).toEqual([]);
      expect(batches.filter(({ mark }) => mark !== null)).toEqual([]);
      expect(clockSets).toEqual([byMs]);
    },
  );

  it("when the machine sleeps and its clock is set after it", () => {
    const { machine, evaluate, batches, deaths, clockSets } = supervised();
    evaluate(times(1_000, { tokens: 8, takesMs: 20 * second }));
    machine.run(2.2 * minute);
    machine.sleep(60 * minute, true);
    machine.setClock(-10 * minute);
    machine.run(5 * minute);
    expect(deaths).toEqual([]);
    expect(batches.filter(({ mark }) => mark === "slept")).toHaveLength(1);
    expect(clockSets).toEqual([-10 * minute]);
  });

  it("but a worker that stays stopped where the parent goes on is found", () => {
    const { machine, parent, worker, evaluate, deaths } = supervised();
    evaluate(times(1_000, fast));
    machine.run(minute);
    [parent.isStopped, worker.isStopped] = [true, true];
    machine.run(60 * minute);
    parent.isStopped = false;
    machine.run(minute);
    expect(deaths).toMatchObject([{ kind: "stopped" }]);
  });
});

describe("a worker that beats but works no more", () => {
  it("is found after five minutes where batches were fast", () => {
    const { machine, evaluate, deaths } = supervised();
    evaluate([...times(60, fast), endless]);
    machine.run(5.5 * minute);
    expect(deaths).toEqual([]);
    machine.run(minute);
    expect(deaths).toMatchObject([{ kind: "hung", waitedMs: 5 * minute, forecastMs: second }]);
    expect(deathWords(deaths[0] as Death)).toBe(
      "the engine hung: nothing was evaluated or loaded for 5 min, where one batch was forecast to take 1 s",
    );
  });

  it("is given ten times the longest batch where they were slow", () => {
    const { machine, evaluate, deaths } = supervised();
    evaluate([{ tokens: 8, takesMs: 90 * second }, ...times(3, fast), endless]);
    machine.run(16 * minute);
    expect(deaths).toEqual([]);
    machine.run(minute);
    expect(deaths).toMatchObject([{ kind: "hung", waitedMs: 15 * minute }]);
  });

  it("is not waited for longer since a batch before it was slept through", () => {
    const { machine, parent, worker, evaluate, deaths } = supervised();
    evaluate([...times(10, fast), endless]);
    machine.run(5.5 * second);
    [parent.isStopped, worker.isStopped] = [true, true];
    machine.run(60 * minute);
    [parent.isStopped, worker.isStopped] = [false, false];
    machine.run(6 * minute);
    expect(deaths).toMatchObject([{ kind: "hung", waitedMs: 5 * minute }]);
  });

  it("is found after 20 minutes where nothing could be forecast of a model of 1 GB", () => {
    const { machine, evaluate, deaths } = supervised();
    evaluate([endless]);
    machine.run(19 * minute);
    expect(deaths).toEqual([]);
    machine.run(2 * minute);
    expect(deaths).toMatchObject([{ kind: "hung", waitedMs: 20 * minute, forecastMs: null }]);
    expect(deathWords(deaths[0] as Death)).toBe(
      "the engine hung: nothing was evaluated or loaded for 20 min",
    );
  });

  it("is found in a first batch after five minutes where the trial of threads told how slow it may be", () => {
    const { machine, evaluate, deaths } = supervised();
    evaluate([
      { tokens: 1, takesMs: 50 },
      { tokens: 64, takesMs: 400 },
      { ...endless, tokens: 512 },
    ]);
    machine.run(6 * minute);
    expect(deaths).toMatchObject([{ kind: "hung", waitedMs: 5 * minute, forecastMs: 3_200 }]);
  });

  it("is found while a file of 1 GB is loaded after less than seven minutes", () => {
    const { machine, work, deaths } = supervised();
    work.begin();
    machine.run(6 * minute);
    expect(deaths).toEqual([]);
    machine.run(minute);
    expect(deaths).toMatchObject([{ kind: "hung", waitedMs: 400 * second, forecastMs: null }]);
  });
});

import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { checkModel } from "../../src/gguf/check.ts";
import { Together } from "../../src/runs/prepare-together.ts";
import type { PreparedModel } from "../../src/runs/prepare.ts";
import type { RunRequest } from "../../src/runs/request.ts";
import type { Tuned } from "../../src/runs/tune-job.ts";
import { chooseConversations, type ModelsTogether } from "../../src/runs/tune-models.ts";
import type { RunView } from "../../src/runs/view.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";
import type { RunRecord } from "../../src/store/rows.ts";
import { temporaryFolder } from "../cli/longhaul.ts";
import { plantedInspection } from "./planted-inspection.ts";

const machine = vi.hoisted(() => ({ tuned: null as unknown, measurings: 0 }));
vi.mock("../../src/runs/tune-child.ts", () => ({
  tuneInChild: () => {
    machine.measurings++;
    return Promise.resolve(machine.tuned);
  },
}));

const folder = temporaryFolder();
const path = join(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
const checked = await checkModel({ path, parts: [path] });
let files = 0;
let dbPath = "";
beforeEach(() => {
  dbPath = join(folder, `${files++}.db`);
  machine.measurings = 0;
});

/** A model whose run takes minutes at least on any machine. */
function candidate(change: { bytes?: number; most?: number } = {}): PreparedModel {
  const { bytes = 1e9, most = 64 } = change;
  const planted = {
    name: "m",
    model: { ...checked, bytes, parameters: 1e9 },
    template: { text: "", source: "plain" },
    limit: { tokens: 32, warning: null },
    fit: {
      contextLength: 4096,
      parallel: Math.min(32, most),
      parallelMost: most,
      line: null,
      memory: {},
      warnings: [],
    },
    inspection: {
      ...plantedInspection,
      backend: "cuda",
      memory: {},
    },
  };
  return planted as unknown as PreparedModel;
}

function request(change: Partial<Settings> = {}, retunedSince?: string): RunRequest {
  return {
    settings: { ...standardSettings, rollouts: 2_000, turns: 60, ...change },
    dbPath,
    name: null,
    engine: { kind: "llama" },
    modelPaths: [path],
    instances: null,
    templateText: null,
    loraPath: null,
    origin: null,
    isWatched: false,
    ...(retunedSince === undefined ? {} : { retunedSince }),
  };
}

const nothing = (): void => undefined;
const view: RunView = {
  onPlan: nothing,
  onHash: nothing,
  onTune: nothing,
  onTrialStart: nothing,
  onProgress: nothing,
  onWatch: nothing,
  onTrialEnd: nothing,
  onInterruptible: nothing,
  isInterrupted: false,
};

/** Eight at a time are the best. */
function found(change: Partial<Tuned> & { ended?: Tuned["measurement"]["ended"]; tried?: [] } = {}): Tuned {
  const tried = change.tried ?? [
    { parallel: 1, tokensPerSecond: 100 },
    { parallel: 4, tokensPerSecond: 200 },
    { parallel: 8, tokensPerSecond: 300 },
    { parallel: 16, tokensPerSecond: 310 },
  ];
  const measurement = { depth: 900, tried, ended: change.ended ?? "noGain", forecastMs: 1e6, spentMs: 1e4 };
  return { measurement, isDisturbed: change.isDisturbed ?? false };
}

interface Told {
  readonly parallel: number;
  readonly because: string;
}

async function choose(
  asked: RunRequest,
  one = candidate(),
  options: { together?: ModelsTogether | undefined; isPlan?: boolean } = {},
): Promise<Told> {
  const seen = options.isPlan === true ? null : view;
  const [chosen] = (await chooseConversations(asked, [one], seen, options.together)) as [PreparedModel];
  return { parallel: chosen.fit.parallel, because: chosen.chosen?.parallelBecause ?? "" };
}

const short = { rollouts: 16, turns: 1 };

describe("what is measured of a model", () => {
  it("is measured for a long run, and taken again until it is asked for anew, or for other settings", async () => {
    machine.tuned = found();
    const plan = await choose(request(), candidate(), { isPlan: true });
    expect(plan).toEqual({ parallel: 32, because: "how many are fastest will be measured first" });
    expect([machine.measurings, existsSync(dbPath)]).toEqual([0, false]);
    expect((await choose(request())).parallel).toBe(8);
    expect((await choose(request())).because).toContain("measured on");
    expect(machine.measurings).toBe(1);
    const other = await choose(request({ ...short, kvTypeK: "q8_0" }), candidate({ most: 16 }));
    expect(other).toEqual({ parallel: 16, because: "a short run: not measured how many are fastest" });
    expect(machine.measurings).toBe(1);
    await choose(request({}, "2999-01-01T00:00:00.000Z"));
    expect(machine.measurings).toBe(2);
  });

  it("is not stored where other programs had cores meanwhile", async () => {
    machine.tuned = found({ isDisturbed: true });
    for (const times of [1, 2]) {
      const { parallel, because } = await choose(request());
      expect(parallel).toBe(8);
      expect(because).toContain("other programs had cores meanwhile, so the next run measures anew");
      expect(machine.measurings).toBe(times);
    }
  });

  it("is nothing where reading the file alone would cost more than a twentieth of the run", async () => {
    machine.tuned = found();
    const huge = candidate({ bytes: 1e12 });
    const because = "how many are fastest could not be measured in a small part of the run's time";
    expect(await choose(request(), huge)).toEqual({ parallel: 32, because });
    expect(machine.measurings).toBe(0);
    await choose(request({}, "2000-01-01T00:00:00.000Z"), huge);
    expect(machine.measurings).toBe(1);
  });
});

describe("the arms of a suite", () => {
  const suite = (earlier: readonly RunRecord[] = []) => {
    const together = new Together([{ path, parts: [path] }]);
    return (asked: RunRequest, one = candidate()): Promise<Told> =>
      choose(asked, one, { together: together.of(asked, () => earlier) });
  };
  /** A finished one. */
  const run = (parallel: number, rollouts: number, change: Partial<Settings> = {}): RunRecord => {
    const { settings } = request({ rollouts, ...change });
    return { status: "complete", model: {}, parallel, settings } as unknown as RunRecord;
  };
  const asOthers = "as the other arms of this suite";

  it("play with one number: what the first one decided, measured or not", async () => {
    machine.tuned = found();
    const arm = suite();
    const first = await arm(request());
    expect(first.because).toContain("300 tokens/s");
    // The next model of that arm goes by the same; another arm is told of it.
    expect(await arm(request())).toEqual(first);
    expect(await arm(request({ turns: 20 }))).toEqual({ parallel: 8, because: asOthers });
    expect(await arm(request({ ...short }))).toEqual({ parallel: 8, because: asOthers });
    expect(await arm(request(), candidate({ most: 3 }))).toMatchObject({ parallel: 3 });
    expect(machine.measurings).toBe(1);
    await arm(request({ threads: 1 }));
    expect(machine.measurings).toBe(2);
  });

  it.each([found({ ended: "busy" }), found({ ended: "budget", tried: [] })])(
    "do not load the model again where measuring came to nothing",
    async (nought) => {
      machine.tuned = nought;
      const arm = suite();
      for (const turns of [60, 50, 40]) expect((await arm(request({ turns }))).parallel).toBe(32);
      expect(machine.measurings).toBe(1);
    },
  );

  it("play as many as those that are finished did, where these had more rollouts than that", async () => {
    machine.tuned = found();
    const going = suite([run(4, 4), run(5, 100), run(7, 100, { threads: 1 }), run(6, 100, { parallel: 6 })]);
    expect(await going(request())).toEqual({ parallel: 5, because: asOthers });
    expect(machine.measurings).toBe(0);
    // Four of four rollouts say nothing of a run of many.
    expect((await suite([run(4, 4)])(request())).parallel).toBe(8);
  });
});

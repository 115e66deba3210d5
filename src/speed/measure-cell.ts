import { nowMs } from "../clock.ts";
import type { LlamaOptions } from "../engine/llama/options.ts";
import type { SpeedResult, SpeedSample, SpeedUsed } from "../engine/llama/speed-test.ts";
import type { CheckedModel } from "../gguf/check.ts";
import { basename } from "node:path";
import { llamaOptions } from "../runs/llama-options.ts";
import { templateOf } from "../runs/template-of.ts";
import type { Settings } from "../settings/settings.ts";
import type { NewSpeedTest } from "../store/speed-tests.ts";
import { measureTheirs, type TheirSample } from "./against.ts";
import { askedOf, conversationsOf } from "./asked-settings.ts";
import { type Cell, testName } from "./grid.ts";
import type { Measured, OneModel } from "./asked.ts";

/** Measures one cell of the grid. @throws EngineError */
export async function measureCell(one: OneModel, { settings, test }: Cell): Promise<Measured> {
  const { model, asked, view } = one;
  const name = testName(test);
  view.onTest(model.name, name, asked.repetitions);
  // The binding keeps one cell of a context free.
  const options = optionsOf(model, settings, test.depth + test.tokens + 2);
  const { ours, theirs } =
    asked.against === null
      ? {
          ours: await one.child.test({ options, test, repetitions: asked.repetitions }, () => view.onStep()),
          theirs: [],
        }
      : await inTurns(one, { settings, test }, options, asked.against);
  return {
    test: name,
    settings: {
      ...test,
      ...usedSettings(ours.used),
      conversations: options.parallel,
      asked: askedOf(settings),
      chat: null,
    },
    samples: ours.samples,
    turns: [],
    versions: ours.used.versions,
    facts: {
      ...usedFacts(ours.used),
      isExact: ours.isExact,
      kvBytesPerToken: options.kvBytesPerToken,
      against:
        asked.against === null || theirs.length === 0
          ? null
          : {
              program: basename(asked.against),
              build: theirs[0]?.build ?? "unknown",
              tokensPerSecond: theirs.map(({ tokensPerSecond }) => tokensPerSecond),
            },
    },
  };
}

/** How a model is loaded for so many tokens of each conversation. */
export function optionsOf(model: CheckedModel, settings: Settings, contextLength: number): LlamaOptions {
  const parallel = conversationsOf(settings);
  return llamaOptions(model, settings, { template: templateOf(null, model), parallel, contextLength });
}

export function usedSettings({
  threads,
  backend,
  layers,
}: SpeedUsed): Pick<NewSpeedTest["settings"], "threads" | "backend" | "layers"> {
  return { threads, backend, layers };
}

export function usedFacts({
  modelBytes,
  threadsBy,
  attention,
}: SpeedUsed): Pick<NewSpeedTest["facts"], "modelBytes" | "threadsBy" | "attention"> {
  return { modelBytes, threadsBy, attention };
}

/** Theirs shows no sign of life: it has ten times as long as ours took with loading and warm-up, a quarter of an hour at least. */
function limitOf(ourMs: number): number {
  return Math.max(15 * 60_000, 10 * ourMs);
}

/** A repetition of ours and one of theirs, by turns; who goes first alternates, so that a drift of the machine hits both alike. */
async function inTurns(
  { child, asked, view, signal }: OneModel,
  { settings, test }: Cell,
  options: LlamaOptions,
  program: string,
): Promise<{ readonly ours: SpeedResult; readonly theirs: readonly TheirSample[] }> {
  const samples: SpeedSample[] = [];
  const theirs: TheirSample[] = [];
  const mine = (): Promise<SpeedResult> => child.test({ options, test, repetitions: 1 }, () => undefined);
  // The first is not counted: it finds what theirs is to be asked for, and the file is in the page cache for both.
  const startMs = nowMs();
  let last = await mine();
  const limitMs = limitOf(nowMs() - startMs);
  for (let pair = 0; pair < asked.repetitions; pair++) {
    for (const side of pair % 2 === 0 ? ["ours", "theirs"] : ["theirs", "ours"]) {
      if (side === "theirs")
        theirs.push(
          await measureTheirs(program, test, {
            modelPath: options.modelPath,
            asked: askedOf(settings),
            used: last.used,
            signal,
            limitMs,
          }),
        );
      else {
        last = await mine();
        samples.push(...last.samples);
      }
    }
    view.onStep();
  }
  return { ours: { ...last, samples }, theirs };
}

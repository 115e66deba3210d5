/**
 * Two scripted models (p = 0.99 and 0.98, 200 rollouts x 150 turns), compared as `longhaul compare` does, over many engine
 * seeds: how often the verdict is right, how often the interval of the ratio of H50 holds the truth (69/35), and how
 * often a difference is claimed between equal models. The last case draws both models' errors from one stream, which is
 * what pairing gains from.
 * usage: npx tsx bench/statistics/scripted-models.ts [--studies 200]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ScriptedEngine } from "../../src/engine/scripted/scripted-engine.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { horizonRatio } from "../../src/metrics/horizon-ratio.ts";
import { testCurves } from "../../src/metrics/curve-test.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { type RolloutPlan, runRollout } from "../../src/rollout/run-rollout.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import type { Instance } from "../../src/tasks/task.ts";
import { studiesOf } from "./studies.ts";

const [rollouts, turns] = [200, 150];
const task = tasks["dict-sum"];
const settings = { ...standardSettings, turns, shots: 0 };

/** Plays all rollouts on the scripted engine; the prompt is empty, since only the errors count here. */
async function play(script: string, instances: readonly Instance[]): Promise<PlayedRollout[]> {
  const engine = new ScriptedEngine(parseScript(script), rollouts, {
    afterBatches: () => undefined,
    event: () => undefined,
  });
  const played = instances.map(async (instance, rollout) => {
    let firstErrorTurn: number | null = null;
    const conversation = engine.open();
    const plan: RolloutPlan = {
      task,
      instance,
      opening: [],
      rollout,
      settings,
      sampling: settings,
      answerLimit: 32,
      ownErrors: [],
      reasoning: null,
      isWatched: false,
    };
    const { turnsFinished } = await runRollout(plan, conversation, ({ turn, samples }) => {
      if (samples[0]?.judged.verdict.turnCorrect !== true) firstErrorTurn ??= turn;
    });
    return { instance: String(rollout), lastTurn: turnsFinished, firstErrorTurn };
  });
  return Promise.all(played);
}

interface Tally {
  claims: number;
  held: number;
}

async function contest(
  studies: number,
  specs: (study: number) => [string, string],
  truth: number,
): Promise<Tally> {
  const tally = { claims: 0, held: 0 };
  for (let study = 0; study < studies; study++) {
    const instances = Array.from({ length: rollouts }, (_, rollout) =>
      createInstance(task, settings, study + 1, rollout),
    );
    const [first, second] = await Promise.all(specs(study).map((spec) => play(spec, instances)));
    if (first === undefined || second === undefined) throw new Error("no rollouts");
    const test = testCurves(first, second, turns);
    if (test !== null && test.pValue < 0.05 && (truth === 1 || test.excess < 0)) tally.claims++;
    const { low, high } = horizonRatio(first, second, 0.5, turns, study);
    if ((low ?? 0) <= truth && truth <= (high ?? Number.POSITIVE_INFINITY)) tally.held++;
  }
  return tally;
}

const studies = studiesOf(200);
const cases = [
  {
    name: "0.99 against 0.98, unrelated errors",
    truth: 69 / 35,
    specs: (study: number): [string, string] => [
      `p=0.99,seed=${2 * study + 1}`,
      `p=0.98,seed=${2 * study + 2}`,
    ],
  },
  {
    name: "0.98 against 0.98, unrelated errors",
    truth: 1,
    specs: (study: number): [string, string] => [
      `p=0.98,seed=${2 * study + 1}`,
      `p=0.98,seed=${2 * study + 2}`,
    ],
  },
  {
    name: "0.985 against 0.98, unrelated errors",
    truth: 46 / 35,
    specs: (study: number): [string, string] => [
      `p=0.985,seed=${2 * study + 1}`,
      `p=0.98,seed=${2 * study + 2}`,
    ],
  },
  {
    name: "0.985 against 0.98, one stream of errors",
    truth: 46 / 35,
    specs: (study: number): [string, string] => [`p=0.985,seed=${study + 1}`, `p=0.98,seed=${study + 1}`],
  },
];
const lines = [];
for (const { name, truth, specs } of cases) {
  const { claims, held } = await contest(studies, specs, truth);
  const share = (count: number): string => `${((100 * count) / studies).toFixed(1)} %`;
  lines.push(`| ${name} | ${share(claims)} | ${truth.toFixed(3)} | ${share(held)} |`);
}
const text = [
  `${studies} engine seeds; ${rollouts} rollouts of ${turns} turns for each model.`,
  "",
  "| models | difference claimed | true ratio of H50 | interval holds it |",
  "|---|--:|--:|--:|",
  ...lines,
  "",
].join("\n");
mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
writeFileSync(join(import.meta.dirname, "results", "scripted-models.md"), text);
process.stdout.write(text);

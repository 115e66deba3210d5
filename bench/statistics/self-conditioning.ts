/**
 * The self-conditioning experiment on scripted models with planted effects: injected histories at five rates through the
 * product's own arms, rollouts, rows of history and regression. How often the interval of the slope holds what was
 * planted, and how often an effect is claimed where there is none.
 * usage: npx tsx bench/statistics/self-conditioning.ts [--studies 100]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ScriptedEngine } from "../../src/engine/scripted/scripted-engine.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { selfConditioning } from "../../src/experiments/studies/self-conditioning.ts";
import { plainCondition } from "../../src/experiments/suite/conditions.ts";
import { logisticSlope, type Observation } from "../../src/metrics/logistic.ts";
import { runRollout } from "../../src/rollout/run-rollout.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { studiesOf } from "./studies.ts";

const rollouts = 60;
const turns = 40;
const task = tasks["dict-sum"];

/** One study: every arm played, all probed turns together. */
export async function slopeOf(script: string, error: "noise" | "look-up", seed: number) {
  const base = {
    ...plainCondition,
    rollouts,
    seed,
    settings: { ...plainCondition.settings, turns, shots: 0 },
  };
  const options = selfConditioning.options.parse({ errors: [error], probe: [10, 20, 30, 40] });
  const arms = selfConditioning.arms(base, options, { architecture: null, canReason: false });
  const instances = Array.from({ length: rollouts }, (_, rollout) =>
    createInstance(task, base.settings, seed, rollout),
  );
  const observations: Observation[] = [];
  for (const [index, { condition }] of arms.entries()) {
    // Every arm is another run of the model: its errors come from another stream.
    const engine = new ScriptedEngine(parseScript(`${script},seed=${1000 * seed + index}`), rollouts, {
      afterBatches: () => undefined,
      event: () => undefined,
    });
    const { temperature, topP, topK, minP, maxAnswerTokens, stop, protocol } = condition;
    const played = instances.map((instance, rollout) =>
      runRollout(
        {
          task,
          instance,
          system: "",
          prompt: "direct",
          rollout,
          seed,
          sampling: { temperature, topP, topK, minP },
          maxAnswerTokens,
          stop,
          protocol,
          ownErrors: [],
          isWatched: false,
        },
        engine.open(),
        ({ samples, history }) => {
          const isCorrect = samples[0]?.judged.verdict.turnCorrect === true;
          observations.push({ cluster: rollout, covariate: history.wrong / history.answers, isCorrect });
        },
      ),
    );
    await Promise.all(played);
  }
  return logisticSlope(observations);
}

/** Shares over studies with different seeds. */
export async function recovery(strength: number, error: "noise" | "look-up", studies: number) {
  let held = 0;
  let claimed = 0;
  let sum = 0;
  for (let study = 1; study <= studies; study++) {
    const found = await slopeOf(`p=0.9,conditioning=${strength}`, error, study);
    if (found === null) continue;
    if (found.low <= -strength && -strength <= found.high) held++;
    if (found.low > 0 || found.high < 0) claimed++;
    sum += found.slope;
  }
  return { held: held / studies, claimed: claimed / studies, mean: sum / studies };
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(100);
  const lines: string[] = [];
  for (const error of ["noise", "look-up"] as const)
    for (const strength of [0, 1, 2, 4]) {
      const { held, claimed, mean } = await recovery(strength, error, studies);
      const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
      lines.push(`| ${error} | ${-strength} | ${mean.toFixed(2)} | ${percent(held)} | ${percent(claimed)} |`);
    }
  const text = [
    `${studies} seeds; 5 rates, ${rollouts} rollouts, probed at turns 10, 20, 30 and 40; p = 0.9 without errors.`,
    "",
    "| shown errors | planted slope | mean estimate | interval holds it | effect claimed |",
    "|---|--:|--:|--:|--:|",
    ...lines,
    "",
  ].join("\n");
  mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
  writeFileSync(join(import.meta.dirname, "results", "self-conditioning.md"), text);
  process.stdout.write(text);
}

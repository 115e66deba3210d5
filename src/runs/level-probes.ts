import type { Conversation, Engine } from "../engine/engine.ts";
import { runRollout } from "../rollout/run-rollout.ts";
import { onLevel } from "../settings/on-level.ts";
import { namesWith, pick, type Settings } from "../settings/settings.ts";
import { decidedByLevel, type LevelSettings } from "../tasks/levels.ts";
import { isDecided, type Probe, shareOf } from "./level-share.ts";
import { RolloutPlans } from "./rollout-plans.ts";

/** A level that a model is to be asked. Plain data, so that it can be sent. */
export interface LevelProbing {
  /** As {@link probeSettings} makes them. */
  readonly settings: Settings;
  /** Where answers are cut, in tokens. */
  readonly answerLimit: number;
  /** What was asked there before. */
  readonly done: readonly Probe[];
  /** Whether all are asked, or as many as it takes to see on which side of what fits the model lies. */
  readonly isWhole: boolean;
}

/** Few and many turns behind: what a level is to be taken for has to hold in both. */
const turns = [2, 4, 8] as const;
const rollouts = 16;
/** Asked together: few where the first answers decide, since each has a dictionary that takes time to read. */
const together = 8;
/** Probes of a level at most. */
export const probesAtMost = turns.length * rollouts;
/** Of their own, so that no run plays what its level was chosen by. */
const seed = 1_000_003;

/** The settings under which a level's questions are put: those of the run, single turns behind a true history. */
export function probeSettings(settings: Settings, level: string | LevelSettings): Settings {
  const leveled =
    typeof level === "string" ? onLevel(settings, level) : { ...settings, ...level, level: "none" };
  return {
    ...leveled,
    history: "healed",
    votes: "none",
    probe: turns,
    turns: turns[2],
    rollouts,
    until: "end",
    seed,
    // Sized for probes, whatever the run is to have.
    context: "auto",
    parallel: "auto",
  };
}

/** What decides which level is found, besides the models. */
export function searchedUnder(settings: Settings): Readonly<Record<string, unknown>> {
  const names = namesWith("question", "sampling", "contrast").filter(
    (name) => !decidedByLevel.some((decided) => decided === name),
  );
  return pick(probeSettings(settings, "none"), names);
}

/**
 * Asks a level's questions on an engine of which no conversation is open. An answer that the engine did not give is no
 * probe.
 *
 * @param hasTime asked after each wave
 * @param onWave told after each wave
 * @returns those done before and the new ones
 */
export async function probeLevel(
  engine: Engine,
  { settings, answerLimit, done, isWhole }: LevelProbing,
  hasTime: () => boolean,
  onWave: () => void,
): Promise<readonly Probe[]> {
  const plans = new RolloutPlans({ settings, answerLimit, instances: null }, () => []);
  plans.reasoning = engine.info.chat?.reasoning ?? null;
  const all = [...Array(rollouts).keys()];
  await engine.setPrefix?.(all.map((rollout) => plans.opening(rollout)));
  let probes = done;
  let waves = 0;
  const size = Math.min(together, engine.info.parallel);
  for (let from = 0; from < rollouts; from += size) {
    const open = all.slice(from, from + size).map((rollout) => ({ rollout, conversation: engine.open() }));
    try {
      for (const turn of turns) {
        const asked = open.filter(({ rollout }) => !isDone(done, rollout, turn));
        if (asked.length === 0) continue;
        const isEnough = (!isWhole && isDecided(shareOf(probes))) || !hasTime();
        if (waves > 0 && isEnough) return probes;
        probes = [...probes, ...(await wave(plans, asked, turn))];
        waves++;
        onWave();
      }
    } finally {
      for (const { conversation } of open) conversation.close();
    }
  }
  return probes;
}

interface OpenRollout {
  readonly rollout: number;
  readonly conversation: Conversation;
}

/** One turn of each, all at once. */
async function wave(plans: RolloutPlans, asked: readonly OpenRollout[], turn: number): Promise<Probe[]> {
  const probes: Probe[] = [];
  await Promise.all(
    asked.map(({ rollout, conversation }) => {
      const plan = plans.plan(rollout);
      const settings = { ...plan.settings, probe: [turn] };
      return runRollout({ ...plan, settings }, conversation, ({ samples: [chosen] }) => {
        if (chosen === undefined) return;
        const { verdict, reading } = chosen.judged;
        probes.push({
          rollout,
          turn,
          isRight: verdict.turnCorrect,
          isReadable: reading.class === "number",
        });
      });
    }),
  );
  // In one order, whichever answered first.
  return probes.toSorted((one, other) => one.rollout - other.rollout);
}

function isDone(done: readonly Probe[], rollout: number, turn: number): boolean {
  return done.some((one) => one.rollout === rollout && one.turn === turn);
}

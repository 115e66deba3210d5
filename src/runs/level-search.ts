import { nowMs } from "../clock.ts";
import type { LevelSearch } from "../settings/level-search.ts";
import { type Level, levels, taskOf } from "../tasks/levels.ts";
import { type AskedModel, LevelAsking } from "./level-asking.ts";
import { climb } from "./level-climb.ts";
import { searchedUnder } from "./level-probes.ts";
import type { LevelRequest } from "./level-subject.ts";
import { levelSubjects } from "./level-subjects.ts";
import { whileSearching } from "./level-words.ts";
import type { RunView } from "./view.ts";

/** Of the forecast time of the runs, what finding their level may cost... */
const share = 0.05;
/** ...and the milliseconds that it may cost in any case. */
const leastMs = 60_000;

/**
 * Finds the hardest level that fits every model of a command.
 *
 * @throws InterruptedError after an interrupt
 */
export async function findLevel(request: LevelRequest, view: RunView): Promise<LevelSearch> {
  const startMs = nowMs();
  const subjects = await levelSubjects(request);
  // The smallest first: what it reaches is likely what all reach.
  const asking = new LevelAsking(subjects.toSorted((one, other) => one.bytes - other.bytes));
  view.onInterruptible(() => asking.interrupt());
  try {
    const { level, outcome, isCut } = await search(asking, view, startMs);
    return {
      asked: "auto",
      level: levelAt(level).name,
      outcome,
      isCut,
      models: asking.record,
      spentMs: nowMs() - startMs,
      forecastMs: asking.forecastMs,
      under: searchedUnder(request.settings),
    };
  } finally {
    view.onInterruptible(null);
    await asking.close();
  }
}

/** A model that fails is left out, since its run will say why; what the others answered until then is known. */
async function search(asking: LevelAsking, view: RunView, startMs: number): ReturnType<typeof climb> {
  const spentMs = (): number => nowMs() - startMs;
  const allowedMs = (): number => Math.max(leastMs, share * (asking.forecastMs ?? 0));
  for (;;) {
    const going = asking.models.filter(({ error }) => error === null);
    /** Until all were asked the first of them leaves the others their part. */
    const leftMs = (model: number): number => {
      const isFirstRound = going.some(({ last }) => last === null);
      const part = isFirstRound ? (model + 1) / going.length : 1;
      return part * allowedMs() - spentMs();
    };
    const found = await climb({
      models: going.length,
      tasks: levels.map(taskOf),
      hasTime: (model) => {
        if (going.some(({ error }) => error !== null)) return false;
        const { last } = modelAt(going, model);
        // None goes unasked.
        return last === null || last.waveMs < leftMs(model);
      },
      ask: ({ model, level, isWhole }) => {
        const asked = modelAt(going, model);
        const wanted = levelAt(level);
        view.onTune(asked.subject.name, whileSearching(wanted.name));
        return asking.ask(asked, wanted, isWhole, leftMs(model));
      },
    });
    if (going.every(({ error }) => error === null)) return found;
  }
}

function levelAt(at: number): Level {
  const level = levels[at];
  if (level === undefined) throw new Error("a level is missing");
  return level;
}

function modelAt(models: readonly AskedModel[], at: number): AskedModel {
  const model = models[at];
  if (model === undefined) throw new Error("a model is missing");
  return model;
}

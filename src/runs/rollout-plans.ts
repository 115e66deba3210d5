import type { Message } from "../engine/engine.ts";
import { parseHistory } from "../rollout/history/index.ts";
import type { Reasoning } from "../reply/reasoning.ts";
import type { FinishedTurn, RolloutPlan } from "../rollout/run-rollout.ts";
import { worded } from "../settings/wording.ts";
import { pick, samplingNames } from "../settings/settings.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn } from "../tasks/instance.ts";
import { currentParser } from "../tasks/parsers.ts";
import { openingOf } from "../tasks/opening.ts";
import type { Instance, Task } from "../tasks/task.ts";
import type { Trial, WatchEvent } from "./trial.ts";

/** What the rollouts of a trial are: instances, wording, and how they are carried out. */
export class RolloutPlans {
  readonly #trial: Planned;
  readonly #task: Task;
  readonly #ownErrors: readonly number[];
  /** How the model marks its reasoning, once its engine is there; null: it does not reason. */
  reasoning: Reasoning | null = null;

  /** @param errorsOf differences between wrong and right answers of a run of the same file, by a parser */
  constructor(trial: Planned, errorsOf: (run: number | string, by: number) => readonly number[]) {
    const { settings } = trial;
    const { replayedRun } = parseHistory(settings.history);
    this.#trial = trial;
    this.#task = tasks[settings.task];
    this.#ownErrors = replayedRun === null ? [] : errorsOf(replayedRun, currentParser.version);
  }

  plan(rollout: number, isWatched = false): RolloutPlan {
    const { settings, answerLimit } = this.#trial;
    const instance = this.instance(rollout);
    return {
      task: this.#task,
      instance,
      opening: this.#opening(instance),
      rollout,
      settings,
      sampling: pick(settings, samplingNames),
      answerLimit,
      ownErrors: this.#ownErrors,
      reasoning: this.reasoning,
      isWatched,
    };
  }

  instance(rollout: number): Instance {
    const { settings, instances } = this.#trial;
    return givenOrDrawn(instances, this.#task, settings, settings.seed, rollout);
  }

  /** How a rollout begins. */
  opening(rollout: number): Message[] {
    const instance = this.instance(rollout);
    const question = this.#task.question(instance.turns[0]?.keys ?? []);
    return [...this.#opening(instance), { role: "user", content: question }];
  }

  /** A finished turn as it is shown while it happens. */
  judged({ asked, samples }: FinishedTurn): WatchEvent {
    const judged = samples[0]?.judged;
    return {
      kind: "judged",
      isRight: judged?.verdict.turnCorrect === true,
      expected: judged === undefined ? "" : this.#task.render(judged.expected),
      truth: this.#task.render(asked.truth),
    };
  }

  #opening(instance: Instance): Message[] {
    return openingOf(this.#task, worded(this.#trial.settings), instance);
  }
}

/** What decides them. */
type Planned = Pick<Trial, "settings" | "answerLimit" | "instances">;

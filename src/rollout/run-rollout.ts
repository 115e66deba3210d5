import type { Conversation, GivenAnswer, Message, TurnRequest, TurnResult } from "../engine/engine.ts";
import type { TurnTruth } from "../engine/turn-truth.ts";
import { ContextFullError, InterruptedError, messageOf } from "../errors.ts";
import { deriveSeed } from "../random.ts";
import { valuesOf } from "../tasks/values.ts";
import { Judge, type Judged, type Reasoning } from "../tasks/judge.ts";
import type { Entry, Instance, InstanceTurn, PromptForm, Task } from "../tasks/task.ts";
import { answerGrammar } from "./answer-grammar.ts";
import { History, type HistoryErrors } from "./history/history.ts";
import { parseHistory } from "./history/index.ts";
import { type HistoryPolicy, plainView } from "./history/policy.ts";
import { isDecided, parseVotes, samplesAtMost, type VoteRule, winner } from "./votes.ts";

/** How a rollout is carried out: the settings of a run that act here. */
export interface RolloutSettings {
  readonly seed: number;
  readonly prompt: PromptForm;
  readonly stop: "answer" | "eog";
  /** Where its history comes from, as {@link parseHistory} reads it. */
  readonly history: string;
  /** How many samples make an answer, as {@link parseVotes} reads it. */
  readonly votes: string;
  /** `integer`: a grammar lets only a tagged integer through. */
  readonly format: "free" | "integer";
  /** Whether a template that knows reasoning is told to reason. */
  readonly thinking: "off" | "on";
  /** Reasoning tokens after which it is closed for the model; null: none. */
  readonly thinkingBudget: number | null;
  /** The turns that are asked, ascending, from 1; null: all. The history before them is given. */
  readonly probe: readonly number[] | null;
  readonly until: "end" | "first-error";
}

/** Everything that decides how one rollout goes, but the engine. */
export interface RolloutPlan {
  readonly task: Task;
  readonly instance: Instance;
  /** What stands before the first question, whatever the history. */
  readonly opening: readonly Message[];
  readonly rollout: number;
  readonly settings: RolloutSettings;
  readonly sampling: Omit<TurnRequest["sampling"], "seed">;
  /** Where answers are cut, in tokens. */
  readonly answerLimit: number;
  /** Differences between wrong and right answers that the model once gave, for a history that replays them. */
  readonly ownErrors: readonly number[];
  /** How the model marks its reasoning; null: it does not reason. */
  readonly reasoning: Reasoning | null;
  /** Whether the engine tells what is said as it is said. */
  readonly isWatched: boolean;
  /** What of it was played before the run went on; absent: nothing. */
  readonly before?: PlayedBefore;
}

/** One drawing of an answer. `attempt` 1 is the one that stands for the turn; `sample` counts from 0 as drawn. */
export interface FinishedSample {
  readonly attempt: number;
  readonly sample: number;
  readonly result: TurnResult;
  readonly judged: Judged;
}

/** A finished turn: what was asked, what came, how it is judged, what the history showed. `turn` counts from 1. */
export interface FinishedTurn {
  readonly turn: number;
  readonly asked: InstanceTurn;
  /** By attempt; a single one unless the turn was voted on. */
  readonly samples: readonly FinishedSample[];
  readonly policy: string;
  readonly isInjected: boolean;
  readonly history: HistoryErrors;
  /** Whether it was played before the run went on. */
  readonly isGiven: boolean;
}

/** What was played of a rollout before the run went on. */
export interface PlayedBefore {
  /** How it ended; null: it goes on behind what was given. */
  readonly ended: Pick<RolloutOutcome, "end" | "detail"> | null;
  /** The answer to a sample of a turn (both from 0); null: there was none. */
  given(turnIndex: number, sample: number): GivenAnswer | null;
}

/** Why a rollout ended; all but `complete` are censoring and never count against the model. */
export interface RolloutOutcome {
  readonly end: "complete" | "context_full" | "engine_error" | "interrupted";
  readonly turnsFinished: number;
  readonly detail: string | null;
}

/**
 * Plays one instance, turn by turn. Knows no database and no terminal: `onTurn` gets every finished turn before the
 * next one is asked. Never rejects for what the engine does.
 */
export async function runRollout(
  plan: RolloutPlan,
  conversation: Conversation,
  onTurn: (turn: FinishedTurn) => void,
): Promise<RolloutOutcome> {
  const session = new RolloutSession(plan, conversation, onTurn);
  try {
    await session.play();
    const { end, detail } = plan.before?.ended ?? { end: "complete", detail: null };
    return { end, turnsFinished: session.turnsFinished, detail };
  } catch (error) {
    if (!session.isEngineFault) throw error;
    return { end: endOf(error), turnsFinished: session.turnsFinished, detail: messageOf(error) };
  }
}

class RolloutSession {
  readonly #plan: RolloutPlan;
  readonly #conversation: Conversation;
  readonly #onTurn: (turn: FinishedTurn) => void;
  readonly #judge: Judge;
  readonly #policy: HistoryPolicy;
  readonly #history: History;
  readonly #votes: VoteRule | null;
  readonly #valueOf: (key: string) => number;
  #hasSlipped = false;
  turnsFinished = 0;
  isEngineFault = false;

  constructor(plan: RolloutPlan, conversation: Conversation, onTurn: (turn: FinishedTurn) => void) {
    const { task, instance, rollout, ownErrors, reasoning } = plan;
    const { seed, prompt, history, votes, probe } = plan.settings;
    this.#plan = plan;
    this.#conversation = conversation;
    this.#onTurn = onTurn;
    const start = instance.start ?? task.neutral;
    this.#judge = new Judge(task, start, reasoning);
    this.#valueOf = valuesOf(task, instance.dictionary);
    const { dictionary, turns } = instance;
    const lastAsked = probe?.at(-1) ?? turns.length;
    const source = { seed, rollout, start, turns, dictionary, lastAsked, ownErrors };
    this.#policy = parseHistory(history).create({ task, prompt }, source);
    this.#votes = parseVotes(votes);
    this.#history = new History(this.#policy, plan.opening);
  }

  async play(): Promise<void> {
    const { instance, settings } = this.#plan;
    const { probe, until } = settings;
    const last = probe?.at(-1) ?? instance.turns.length;
    for (const [turnIndex, asked] of instance.turns.slice(0, last).entries()) {
      if (probe !== null && !probe.includes(turnIndex + 1)) this.#pass(turnIndex, asked);
      else if (this.#isOver(turnIndex)) return;
      else if (!(await this.#ask(turnIndex, asked)) && until === "first-error") return;
    }
  }

  /** Whether it ended here before. */
  #isOver(turnIndex: number): boolean {
    const { before } = this.#plan;
    return before !== undefined && before.ended !== null && before.given(turnIndex, 0) === null;
  }

  /** A turn that is not asked: the history shows it all the same. */
  #pass(turnIndex: number, asked: InstanceTurn): void {
    const shown = this.#history.add(
      this.#toShow(turnIndex, asked),
      this.#plan.task.question(asked.keys),
      null,
    );
    this.#judge.advance(asked, shown, true);
  }

  /** Asks one turn, as often as the votes take. @returns whether the answer that stands is right */
  async #ask(turnIndex: number, asked: InstanceTurn): Promise<boolean> {
    const { task } = this.#plan;
    const messages = this.#history.ask(task.question(asked.keys), task.render(this.#judge.state));
    const history = this.#history.errors;
    const drawn: { result: TurnResult; judged: Judged }[] = [];
    let isGiven = false;
    const answers = (): (number | null)[] => drawn.map(({ judged }) => judged.verdict.answer);
    while (drawn.length < samplesAtMost(this.#votes) && !isDecided(this.#votes, answers())) {
      this.#conversation.expect?.(this.#truth(asked, history));
      const request = this.#request(turnIndex, messages, drawn.length);
      isGiven = request.given !== undefined;
      const result = await this.#turn(request);
      const { text, stop, tokenConfidence } = result;
      drawn.push({ result, judged: this.#judge.assess(asked, text, stop === "limit", tokenConfidence) });
    }
    const samples = ordered(drawn, winner(answers()));
    const [chosen] = samples;
    if (chosen === undefined) throw new Error("a turn was asked without a sample");
    this.turnsFinished++;
    const { name: policy, isInjected } = this.#policy;
    this.#onTurn({ turn: turnIndex + 1, asked, samples, policy, isInjected, history, isGiven });
    const { verdict } = chosen.judged;
    const shown = this.#history.add(this.#toShow(turnIndex, asked), messages.at(-1)?.content ?? "", {
      text: chosen.result.text,
      answer: verdict.answer,
      isCorrect: verdict.turnCorrect,
    });
    this.#judge.advance(asked, shown, verdict.turnCorrect);
    this.#hasSlipped ||= !verdict.turnCorrect;
    return verdict.turnCorrect;
  }

  async #turn(request: TurnRequest): Promise<TurnResult> {
    try {
      return await this.#conversation.turn(request);
    } catch (error) {
      // What cannot be put together again as it was is no fault of this rollout alone.
      this.isEngineFault = request.given === undefined || error instanceof InterruptedError;
      throw error;
    }
  }

  #request(turnIndex: number, messages: TurnRequest["messages"], sample: number): TurnRequest {
    const { task, rollout, sampling, answerLimit, settings } = this.#plan;
    const { seed, stop, format, thinkingBudget } = settings;
    const given = this.#plan.before?.given(turnIndex, sample);
    const path = sample === 0 ? [rollout, turnIndex] : [rollout, turnIndex, sample];
    return {
      messages,
      sampling: { ...sampling, seed: deriveSeed(seed, "sampler", ...path) },
      maxTokens: answerLimit,
      stop,
      ...(format === "integer" ? { grammar: answerGrammar(task) } : {}),
      reasoningBudget: thinkingBudget,
      isWatched: this.#plan.isWatched && given == null,
      rollout,
      turnIndex,
      sample,
      ...(given == null ? {} : { given }),
    };
  }

  #truth(asked: InstanceTurn, { answers, wrong }: HistoryErrors): TurnTruth {
    const { task, settings, instance } = this.#plan;
    return {
      task: task.name,
      prompt: settings.prompt,
      isThinking: settings.thinking === "on",
      isStateTold: this.#policy.ask !== plainView.ask,
      expected: this.#judge.expected(asked),
      steps: task.takesManyKeys ? asked.keys.length : 1,
      visibleTurns: answers,
      wrongShare: answers === 0 ? 0 : wrong / answers,
      hasSlipped: this.#hasSlipped,
      shown: this.#judge.shown,
      state: task.stateful ? this.#judge.state : null,
      values: asked.keys.map((key) => this.#valueOf(key)),
      dictionary: instance.dictionary,
      combine: task.combine,
      render: task.render,
    };
  }

  #toShow(turnIndex: number, asked: InstanceTurn) {
    const entries: Entry[] = asked.keys.map((key) => ({ key, value: this.#valueOf(key) }));
    return { turnIndex, asked, entries, state: this.#judge.state, expected: this.#judge.expected(asked) };
  }
}

/** The one that stands first, the others as drawn. */
function ordered(drawn: readonly { result: TurnResult; judged: Judged }[], chosen: number): FinishedSample[] {
  const order = [chosen, ...[...drawn.keys()].filter((sample) => sample !== chosen)];
  return order.flatMap((sample, index) => {
    const one = drawn[sample];
    return one === undefined ? [] : [{ attempt: index + 1, sample, ...one }];
  });
}

function endOf(error: unknown): RolloutOutcome["end"] {
  if (error instanceof ContextFullError) return "context_full";
  return error instanceof InterruptedError ? "interrupted" : "engine_error";
}

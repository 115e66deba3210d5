import { Random } from "../../random.ts";
import { renderReply } from "../../tasks/prompt.ts";
import type { Entry, InstanceTurn, Task } from "../../tasks/task.ts";
import { type HistoryPolicy, type HistorySetting, type PastTurn, plainView } from "./policy.ts";
import type { InjectedSpec } from "./spec.ts";

/** What an injected history is drawn from: its own stream, so that instances stay what they are. */
export interface InjectionSource {
  readonly seed: number;
  readonly rollout: number;
  readonly start: number;
  readonly turns: readonly InstanceTurn[];
  readonly dictionary: readonly Entry[];
  /** The last turn that is asked (from 1): errors stand before it. */
  readonly lastAsked: number;
  /** Differences between wrong and right answers, for `replay`. */
  readonly ownErrors: readonly number[];
}

/**
 * Totals of which a chosen share is wrong, in the model's format; the truth is untouched. `noise` is wrong once and gone
 * with the next turn, as in the released code (but never zero); `offset`, `look-up` and `replay` stay in the sum, as a
 * model's own errors do.
 */
export function injected(
  setting: HistorySetting,
  spec: InjectedSpec,
  source: InjectionSource,
): HistoryPolicy {
  const plan = drawTotals(setting.task, spec, source);
  return {
    name: "injected",
    isInjected: true,
    show({ turnIndex, state, entries }) {
      const { number, isWrong } = plan[turnIndex] ?? { number: state, isWrong: false };
      const content = renderReply(setting.task, setting.prompt, state, entries, number);
      return { content, number, isWrong, isOwn: false };
    },
    ask: plainView.ask,
    visible:
      spec.role === "assistant"
        ? plainView.visible
        : (past) => past.map((turn) => saidByUser(setting.task, turn)),
  };
}

/** The user states every total; the assistant only acknowledges. */
function saidByUser(task: Task, turn: PastTurn): PastTurn {
  const total = turn.number === null ? "unknown" : task.render(turn.number);
  return { ...turn, question: `${turn.question} (now ${total})`, content: "Noted." };
}

interface PlannedTotal {
  readonly number: number;
  readonly isWrong: boolean;
}

function drawTotals(task: Task, spec: InjectedSpec, source: InjectionSource): PlannedTotal[] {
  const random = new Random(source.seed, "injection", source.rollout);
  let shown = source.start;
  return source.turns.map((turn, turnIndex) => {
    const isDrawn = random.unit() < spec.rate;
    const isWrong = isDrawn && isInBlock(spec.block, turnIndex, source.lastAsked);
    const right = spec.error === "noise" || !task.stateful ? turn.truth : task.combine(shown, turn.value);
    const drawn = drawWrong(task, spec, source, { random, right, turn, shown });
    shown = isWrong ? drawn : right;
    return { number: shown, isWrong };
  });
}

/** Draws in any case, so that another rate leaves the errors where both have them as they are. */
function drawWrong(
  task: Task,
  { error, magnitude }: InjectedSpec,
  { dictionary, ownErrors }: InjectionSource,
  { random, right, turn, shown }: { random: Random; right: number; turn: InstanceTurn; shown: number },
): number {
  if (error === "replay" && ownErrors.length > 0) return right + random.pick(ownErrors);
  if (error === "look-up") {
    const asked = new Map(dictionary.map(({ key, value }) => [key, value]));
    const last = turn.keys.at(-1) ?? "";
    const others = dictionary.filter(({ value }) => value !== asked.get(last));
    if (others.length > 0) {
      const { value } = random.pick(others);
      const values = [...turn.keys.slice(0, -1).map((key) => asked.get(key) ?? task.neutral), value];
      return values.reduce((state, one) => task.combine(state, one), task.stateful ? shown : task.neutral);
    }
  }
  return task.perturb(right, random, magnitude);
}

function isInBlock(block: InjectedSpec["block"], turnIndex: number, lastAsked: number): boolean {
  const middle = (lastAsked - 1) / 2;
  if (block === "early") return turnIndex < middle;
  return block === "all" || turnIndex >= middle;
}

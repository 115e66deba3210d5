import { z } from "zod";
import { Random } from "../../random.ts";
import { renderReply } from "../../tasks/prompt.ts";
import type { InstanceTurn, Task } from "../../tasks/task.ts";
import { historyMember, namedOptions } from "./member.ts";
import {
  type HistoryPolicy,
  type HistorySetting,
  type InjectionSource,
  type PastTurn,
  plainView,
} from "./policy.ts";

/** How wrong totals are made. `replay` takes the errors that the model itself made in an earlier run. */
export const injectedErrors = ["noise", "offset", "sum", "look-up", "replay"] as const;

/** Where among the turns errors may stand. */
export const errorBlocks = ["all", "early", "late"] as const;

/** Who says the totals: the model's own turns, or the user. */
export const shownRoles = ["assistant", "user"] as const;

const options = z.strictObject({
  rate: z.number().min(0).max(1).default(0.5).describe("chance that an answer in the block is wrong"),
  error: z.enum(injectedErrors).default("noise"),
  magnitude: z.int().positive().default(10).describe("the largest error of noise, offset and sum"),
  block: z.enum(errorBlocks).default("all"),
  role: z.enum(shownRoles).default("assistant"),
  run: z
    .union([z.int().positive(), z.string().regex(/^u[0-9a-f]{31}$/)])
    .nullable()
    .default(null)
    .describe("of replay: the run whose errors are replayed, by its number in the file or its uid"),
});
export type InjectedOptions = z.infer<typeof options>;

const text = namedOptions(options);

/**
 * Totals of which a chosen share is wrong, in the model's format; the truth is untouched. `noise` is wrong once and gone
 * with the next turn, as in the released code (but never zero); the others stay in the sum, as a model's own errors do.
 * Where the model is asked to reason, reasoning stands there that leads to each answer. It goes wrong once for an error
 * that stays: `offset`, `look-up` and `replay` look a value up wrongly, `sum` shows the totals of `offset` and puts right
 * values together wrongly. Behind a passing error it goes wrong again on the way back to the true total.
 */
export const injected = historyMember({
  name: "injected",
  usage:
    "injected:rate=0.5,error=noise|offset|sum|look-up|replay,magnitude=10,block=all|early|late,role=assistant|user,run=N",
  text,
  isGiven: true,
  isRewritten: true,
  writesStates: true,
  isForProbes: false,
  keepsAnswers: false,
  isOwnUntilError: false,
  replayedRun: ({ run }) => run,
  planted: ({ rate, error, magnitude, block, role }) => ({ rate, error, magnitude, block, role }),
  impossibleWith: impossible,
  create: policyOf,
});

/** The text of an injected history. @param given what is not the standard */
export function injectedText(given: z.input<typeof options>): string {
  return `injected:${text.print(options.parse(given))}`;
}

function impossible(task: Task, { error, run }: InjectedOptions): string | null {
  if ((error === "replay") !== (run !== null))
    return "error=replay needs run=N, the run whose errors are replayed, and only it takes one.";
  if (error === "look-up" && !task.usesDictionary)
    return `${task.name} has no dictionary to look up in. Use error=noise or error=offset.`;
  if (error === "replay" && !task.addsUp)
    return `errors of ${task.name} are no differences that could be replayed. Use error=noise.`;
  return null;
}

function policyOf(spec: InjectedOptions, setting: HistorySetting, source: InjectionSource): HistoryPolicy {
  const plan = drawTotals(setting.task, spec, source);
  return {
    name: "injected",
    isInjected: true,
    show({ turnIndex, state, entries }) {
      const { number, isWrong } = plan[turnIndex] ?? { number: state, isWrong: false };
      const slip = spec.error === "sum" ? "sum" : "look-up";
      const content = renderReply(setting.task, setting.prompt, state, entries, number, slip);
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

function drawTotals(task: Task, spec: InjectedOptions, source: InjectionSource): PlannedTotal[] {
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
  { error, magnitude }: InjectedOptions,
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

function isInBlock(block: InjectedOptions["block"], turnIndex: number, lastAsked: number): boolean {
  const middle = (lastAsked - 1) / 2;
  if (block === "early") return turnIndex < middle;
  return block === "all" || turnIndex >= middle;
}

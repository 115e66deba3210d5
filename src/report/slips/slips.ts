import type { WrongNumber, WrongNumbers } from "../../reading/wrong-numbers.ts";
import type { RunRecord } from "../../store/rows.ts";
import {
  type Slip,
  type SlipCause,
  slipCauses,
  slipChances,
  type SlipExplanation,
  explainSlip,
} from "../../tasks/slips.ts";
import { workedExamples } from "../../tasks/examples.ts";
import type { Entry, Task } from "../../tasks/task.ts";
import { singleSlip } from "../sentences/slips.ts";
import { taskFacts } from "../../settings/stored.ts";
import { sizesOfOthers } from "./slip-sizes.ts";

/** A wrong number and what it fits. */
export interface DecodedSlip {
  readonly rollout: number;
  readonly turn: number;
  readonly slip: Slip;
  readonly causes: readonly SlipCause[];
  readonly explanation: SlipExplanation;
}

/**
 * Tells the slips of one rollout after the other: what each wrong number fits, in words, with the chance of it. How
 * large errors are is read once, from the run's first wrong numbers.
 *
 * @param first of the run
 * @returns the words by turn; null for a task that has no decoder
 */
export function slipTeller(
  run: RunRecord,
  first: readonly Pick<WrongNumber, "rollout" | "answer" | "expected">[],
): ((rollout: number, wrong: WrongNumbers) => Map<number, string>) | null {
  if (decodableTask(run) === null) return null;
  let sizesFor: ReturnType<typeof sizesOfOthers> | null = null;
  return (rollout, wrong) => {
    const slips = decodeSlips(run, wrong) ?? [];
    if (slips.length === 0) return new Map();
    sizesFor ??= sizesOfOthers(
      first.map((row) => ({
        cluster: String(row.rollout),
        size: Math.abs(row.answer - row.expected),
      })),
      run.settings.valueMax,
    );
    const sizes = sizesFor(String(rollout));
    return new Map(slips.map((one) => [one.turn, wordsFor(one, sizes)]));
  };
}

/** What this wrong number fits. */
export function decodedSlip(rollout: number, turn: number, slip: Slip): DecodedSlip {
  const causes = slipCauses(slip);
  return { rollout, turn, slip, causes, explanation: explainSlip(slip, causes) };
}

function wordsFor({ slip, causes, explanation }: DecodedSlip, sizes: ReadonlyMap<number, number>): string {
  const { kinds, explanations } = slipChances(slip, sizes);
  return singleSlip({
    explanation,
    causes,
    difference: slip.answer - slip.expected,
    chances: { kinds, repair: explanations.get("repair") ?? 0 },
  });
}

/** Wrong numbers of a run, decoded; null for a task that has no decoder. */
export function decodeSlips(run: RunRecord, wrong: WrongNumbers): DecodedSlip[] | null {
  const task = decodableTask(run);
  if (task === null) return null;
  // Wrong numbers of one rollout come one after the other, and are explained from one dictionary.
  const exampleTotal = exampleTotalOf(task, run);
  let dictionary: { readonly text: string; readonly entries: Entry[] } = { text: "[]", entries: [] };
  return wrong.map((row) => {
    if (row.dictionary !== dictionary.text)
      dictionary = { text: row.dictionary, entries: entriesOf(row.dictionary) };
    return decodedSlip(row.rollout, row.turn, {
      ...slipOf(row, task, dictionary.entries),
      exampleTotal,
    });
  });
}

/** The task of a run, where it is one whose errors tell their causes. */
function decodableTask({ settings }: RunRecord): Task | null {
  const task = taskFacts(settings);
  return task?.addsUp === true ? task : null;
}

/** The total that the worked examples of its prompt end with; null: it has none that lead to one. */
function exampleTotalOf(task: Task, { settings }: RunRecord): number | null {
  const { turns, last } = workedExamples(task, settings);
  return task.stateful && turns.length > 0 ? last : null;
}

function entriesOf(text: string): Entry[] {
  return (JSON.parse(text) as [string, number][]).map(([key, value]) => ({ key, value }));
}

function slipOf(
  row: WrongNumber,
  { stateful }: Task,
  dictionary: readonly Entry[],
): Omit<Slip, "exampleTotal"> {
  const { keys, answer, expected, truth, value, shown } = row;
  return {
    stateful,
    dictionary,
    keys: JSON.parse(keys) as string[],
    state: stateful ? expected - value : 0,
    shown,
    expected,
    truth,
    answer,
  };
}

import type { RunRecord } from "../../store/rows.ts";
import { printable } from "../labels.ts";
import { parametersText, unknown } from "../numbers.ts";
import { settingsOf } from "../summary.ts";
import { settingDifferences } from "../comparable.ts";
import { listed } from "../words.ts";
import { type ChosenRun, subjectOf } from "./selection.ts";
import { repeatedNote } from "../sentences/notes.ts";

/** What rows are named and ordered by. */
export const groupings = ["model", "quantization", "parameters", "kv-type", "setting"] as const;
export type Grouping = (typeof groupings)[number];

export function isGrouping(text: string): text is Grouping {
  return (groupings as readonly string[]).includes(text);
}

/** Runs alike in everything that decides the result, of different instances: they are one sample. */
export interface Group {
  readonly label: string;
  readonly runs: readonly ChosenRun[];
}

/**
 * Puts runs together that are one model under one setting with different seeds. Of runs that asked the same instances
 * of the same model, the newest counts: a repetition is no new evidence.
 */
export function groupRuns(chosen: readonly ChosenRun[], by: Grouping): { groups: Group[]; notes: string[] } {
  const notes: string[] = [];
  const groups = [...byKey(chosen, ({ run }) => identityOf(run)).values()].map((members) => {
    const kept = [...byKey(members, ({ run }) => String(run.seed)).values()].map((repeated) => {
      const [newest, ...older] = repeated.toSorted((left, right) =>
        left.run.startedAt < right.run.startedAt ? 1 : -1,
      );
      if (newest !== undefined && older.length > 0)
        notes.push(
          repeatedNote(
            older.map(({ id }) => id),
            newest.id,
          ),
        );
      return newest;
    });
    return kept.filter((run) => run !== undefined);
  });
  const differing = settingDifferences(chosen.map(({ run }) => subjectOf(run)));
  // Another wording mostly follows from another setting, and its hash tells a reader nothing.
  const varied = differing.filter((name) => name !== "promptHash" || differing.length === 1);
  const names = groups.map((runs) => nameOf(runs, by, varied));
  return {
    groups: groups.map((runs, index) => ({ label: distinctLabel(names, groups, index), runs })),
    notes,
  };
}

/** The order of rows: by the measure that the grouping names, or none. */
export function orderOf(by: Grouping): ((left: Group, right: Group) => number) | null {
  if (by === "model") return null;
  const keyOf = ({ runs, label }: Group): number | string => {
    const model = runs[0]?.run.model;
    if (by === "parameters") return model?.parameters ?? 0;
    // More bits first: of one model's files the larger holds more of them a weight.
    if (by === "quantization")
      return model === null || model === undefined ? 0 : (-8 * model.bytes) / (model.parameters ?? 1);
    return label;
  };
  return (left, right) => {
    const [one, other] = [keyOf(left), keyOf(right)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}

/** Everything that decides a result but the seed. */
export function identityOf(run: RunRecord): string {
  const { requested: _requested, turns: _turns, rollouts: _rollouts, ...asked } = run.settings;
  const model = run.model?.sha256 ?? `scripted:${run.engineSpec}`;
  return JSON.stringify([
    model,
    asked,
    run.settings.requested["dataset"] ?? null,
    run.promptHash,
    run.templateHash,
    run.kvTypeK,
    run.kvTypeV,
    run.flashAttention,
    run.backendUsed,
  ]);
}

function nameOf(runs: readonly ChosenRun[], by: Grouping, varied: readonly string[]): string {
  const run = runs[0]?.run;
  if (run === undefined) return unknown;
  const base = printable(run.name);
  if (by === "quantization") return `${run.model?.quantization ?? unknown} ${base}`;
  if (by === "parameters") return `${parametersText(run.model?.parameters ?? null)} ${base}`;
  if (by === "kv-type") return `KV ${run.kvTypeK ?? unknown}/${run.kvTypeV ?? unknown} ${base}`;
  if (by !== "setting") return base;
  const settings = settingsOf(run) as Readonly<Record<string, unknown>>;
  // Another setting is another prompt, too: only where nothing else differs its hash tells rows apart.
  const causes = varied.length > 1 ? varied.filter((name) => name !== "promptHash") : varied;
  return [...causes.map((name) => `${name} ${String(settings[name])}`), base].join(", ");
}

/** Equal names are told apart by quantization, by KV cache, at last by the runs' numbers. */
function distinctLabel(
  names: readonly string[],
  groups: readonly (readonly ChosenRun[])[],
  index: number,
): string {
  const extras: readonly ((runs: readonly ChosenRun[]) => string)[] = [
    () => "",
    ([first]) => ` ${first?.run.model?.quantization ?? ""}`.trimEnd(),
    ([first]) => (first?.run.kvTypeK === null ? "" : ` KV ${first?.run.kvTypeK}/${first?.run.kvTypeV}`),
    (runs) => ` (${runs.length === 1 ? "run" : "runs"} ${listed(runs.map(({ id }) => id))})`,
  ];
  for (const extra of extras) {
    const labels = names.map((name, at) => name + extra(groups[at] ?? []));
    const label = labels[index] ?? unknown;
    if (labels.filter((other) => other === label).length === 1) return label;
  }
  return names[index] ?? unknown;
}

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

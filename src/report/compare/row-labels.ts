import { settingDifferences, settingsOf, subjectOf } from "../../reading/settings.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import { visible } from "../../visible-text.ts";
import { parametersText, unknown } from "../words/numbers.ts";
import { listed } from "../words/words.ts";

/** What rows are named and ordered by. */
export const groupings = ["model", "quantization", "parameters", "kv-type", "setting"] as const;
export type Grouping = (typeof groupings)[number];

export function isGrouping(text: string): text is Grouping {
  return (groupings as readonly string[]).includes(text);
}

/**
 * What each row is called, by the measure that the rows are named by and what tells them apart.
 *
 * @returns labels in the order of the groups, no two alike
 */
export function rowLabels(groups: readonly ReadGroup[], by: Grouping): string[] {
  const runs = groups.flatMap(({ rows }) => rows.map(({ run }) => subjectOf(run)));
  const differing = settingDifferences(runs);
  // Another wording mostly follows from another setting, and its hash tells a reader nothing.
  const varied = differing.filter((name) => name !== "promptHash" || differing.length === 1);
  const names = groups.map((group) => nameOf(group, by, varied));
  return groups.map((_, index) => distinctLabel(names, groups, index));
}

interface LabelledGroup {
  readonly group: ReadGroup;
  readonly label: string;
}

/** The order of rows: by the measure that the grouping names, or none. */
export function orderOf(by: Grouping): ((left: LabelledGroup, right: LabelledGroup) => number) | null {
  if (by === "model") return null;
  const keyOf = ({ group, label }: LabelledGroup): number | string => {
    const model = group.rows[0]?.run.model;
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

function nameOf({ rows }: ReadGroup, by: Grouping, varied: readonly string[]): string {
  const run = rows[0]?.run;
  if (run === undefined) return unknown;
  const base = visible(run.name);
  if (by === "quantization") return `${run.model?.quantization ?? unknown} ${base}`;
  if (by === "parameters") return `${parametersText(run.model?.parameters ?? null)} ${base}`;
  if (by === "kv-type") return `KV ${run.kvTypeK ?? unknown}/${run.kvTypeV ?? unknown} ${base}`;
  if (by !== "setting") return base;
  const settings = settingsOf(run) as Readonly<Record<string, unknown>>;
  // Another setting is another prompt, too: only where nothing else differs its hash tells rows apart.
  const causes = varied.length > 1 ? varied.filter((name) => name !== "promptHash") : varied;
  return [...causes.map((name) => `${name} ${String(settings[name])}`), base].join(", ");
}

/** Equal names are told apart by quantization, by KV cache, by where rollouts end, at last by the runs' numbers. */
function distinctLabel(names: readonly string[], groups: readonly ReadGroup[], index: number): string {
  const extras: readonly ((group: ReadGroup) => string)[] = [
    () => "",
    ({ rows: [first] }) => ` ${first?.run.model?.quantization ?? ""}`.trimEnd(),
    ({ rows: [first] }) =>
      first?.run.kvTypeK === null ? "" : ` KV ${first?.run.kvTypeK}/${first?.run.kvTypeV}`,
    ({ rows: [first] }) => (first?.run.settings.until === "end" ? "" : ` until ${first?.run.settings.until}`),
    ({ rows }) => ` (${rows.length === 1 ? "run" : "runs"} ${listed(rows.map(({ id }) => id))})`,
  ];
  for (const extra of extras) {
    const labels = names.map((name, at) => name + extra(groups[at] as ReadGroup));
    const label = labels[index] ?? unknown;
    if (labels.filter((other) => other === label).length === 1) return label;
  }
  return names[index] ?? unknown;
}

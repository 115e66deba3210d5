import { levelsBeside } from "../../settings/on-level.ts";
import { modelOf } from "../../reading/identity.ts";
import { bitsPerWeight } from "../../reading/quantizations.ts";
import { settingDifferences, settingsOf, subjectOf } from "../../reading/settings.ts";
import type { RunRecord } from "../../store/rows.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import { visible } from "../../visible-text.ts";
import { contrastTexts } from "./contrast-words.ts";
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
  const named = groups.map((group) => ({ run: runOf(group), name: nameOf(runOf(group), by, varied) }));
  const labels = named.map((row) => toldApart(named, row, by));
  return groups.map(({ rows }, index) => {
    const label = labels[index] ?? unknown;
    if (labels.filter((other) => other === label).length === 1) return label;
    return `${label} (${rows.length === 1 ? "run" : "runs"} ${listed(rows.map(({ id }) => id))})`;
  });
}

interface LabelledGroup {
  readonly group: ReadGroup;
  readonly label: string;
}

/** The order of rows: by the measure that the grouping names, or none. */
export function orderOf(by: Grouping): ((left: LabelledGroup, right: LabelledGroup) => number) | null {
  if (by === "model") return null;
  const keyOf = ({ group, label }: LabelledGroup): number | string => {
    const run = runOf(group);
    const { bytes = 0, parameters = null } = run.model ?? {};
    if (by === "parameters") return parameters ?? 0;
    // More bits first; rows of earlier versions hold the file's size alone.
    if (by === "quantization") return -(bitsPerWeight(run) ?? (8 * bytes) / (parameters ?? 1));
    return label;
  };
  return (left, right) => {
    const [one, other] = [keyOf(left), keyOf(right)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}

interface NamedRun {
  readonly name: string;
  readonly run: RunRecord;
}

const kvNames = ["kvTypeK", "kvTypeV"] as const;

/** The run that a row is named after. */
function runOf({ rows: [first] }: ReadGroup): RunRecord {
  if (first === undefined) throw new Error("a row without a run");
  return first.run;
}

/** Simulated models have bits alone. */
function quantizationOf(run: RunRecord): string {
  const bits = bitsPerWeight(run);
  return run.model?.quantization ?? (run.model !== null || bits === null ? unknown : `${bits} bits`);
}

function nameOf(run: RunRecord, by: Grouping, varied: readonly string[]): string {
  const base = visible(run.name);
  if (by === "quantization") return `${quantizationOf(run)} ${base}`;
  if (by === "parameters") return `${parametersText(run.model?.parameters ?? null)} ${base}`;
  if (by === "kv-type") return `KV ${run.kvTypeK ?? unknown}/${run.kvTypeV ?? unknown} ${base}`;
  if (by !== "setting") return base;
  const settings = settingsOf(run) as Readonly<Record<string, unknown>>;
  // Another setting is another prompt, too: only where nothing else differs its hash tells rows apart.
  const causes = varied.length > 1 ? varied.filter((name) => name !== "promptHash") : varied;
  return [...causes.map((name) => `${name} ${String(settings[name])}`), base].join(", ");
}

/**
 * A row's name, and beside other rows of that name or of its file what tells it from them: the quantization, the contrasts,
 * where rollouts end. One file under two names is told apart, too: what it is compared for is the contrast.
 */
function toldApart(rows: readonly NamedRun[], { name, run }: NamedRun, by: Grouping): string {
  const namesakes = rows.filter((other) => other.name === name).map((other) => other.run);
  const rivals = rows.filter((other) => other.name === name || modelOf(other.run) === modelOf(run));
  const differs = (valueOf: (one: RunRecord) => string): boolean =>
    new Set(namesakes.map(valueOf)).size > 1 && valueOf(run) !== "";
  const toldQuantization = ({ model }: RunRecord): string => model?.quantization ?? "";
  const endOf = ({ settings: { until } }: RunRecord): string => (until === "end" ? "" : `until ${until}`);
  const isReachedOtherwise = rivals.some((other) => other.run.server?.kind !== run.server?.kind);
  const levels = levelsBeside(namesakes.map(({ settings }) => settings));
  const levelOf = (one: RunRecord): string => {
    const level = levels[namesakes.indexOf(one)] ?? null;
    return level === null ? "" : `on ${level}`;
  };
  return [
    name,
    ...(differs(toldQuantization) ? [toldQuantization(run)] : []),
    ...contrastTexts([run, ...rivals.map((other) => other.run)], by === "kv-type" ? kvNames : []),
    ...(differs(endOf) ? [endOf(run)] : []),
    ...(differs(levelOf) ? [levelOf(run)] : []),
    ...(isReachedOtherwise && run.server !== null ? [`via ${run.server.kind}`] : []),
  ].join(" ");
}

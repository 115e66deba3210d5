import { groupBy } from "../../group-by.ts";
import { visible } from "../../visible-text.ts";
import { shortMachines } from "./machine-kinds.ts";
import { unknown } from "../words/numbers.ts";
import { counted, listed } from "../words/words.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";

type SpeedRow = CompareGroup["speeds"][number];

/** What may make a speed another one, with the words for it. */
const settings = {
  parallel: ({ parallel }) => `parallel ${parallel ?? unknown}`,
  threads: ({ threads }) => `threads ${threads ?? unknown}`,
  gpuLayers: ({ gpuLayers }) => `GPU layers ${gpuLayers ?? unknown}`,
  batchSize: ({ batchSize }) => `batch size ${batchSize ?? unknown}`,
  contextLength: ({ contextLength }) => `context ${contextLength ?? unknown}`,
  loadMode: ({ loadMode }) => `load mode ${loadMode}`,
  confidence: ({ confidence }) => `confidence ${confidence}`,
  machine: ({ machine }) => machine,
  llamaCpp: ({ llamaCpp }) => `llama.cpp ${llamaCpp ?? unknown}`,
} satisfies Readonly<Partial<Record<keyof SpeedRow, (row: SpeedRow) => string>>>;
type Setting = keyof typeof settings;

/**
 * Nobody chooses these: they follow from the model and the size of the run, so between models they are no difference
 * in settings.
 */
const following: readonly Setting[] = ["gpuLayers", "batchSize", "contextLength"];

/** Of a model behind a server they are not known, and its label says that it is behind one. */
const onlyHere: readonly Setting[] = [
  "threads",
  "gpuLayers",
  "batchSize",
  "loadMode",
  "confidence",
  "llamaCpp",
];

/**
 * A line for each speed setting and machine of these rows: speeds had unlike are never put together. Labels name the
 * settings in which the lines differ.
 */
export function speedLines(groups: readonly CompareGroup[]): CompareGroup[] {
  const differing = differingSettings(groups);
  const machineOf = shortMachines(groups);
  const toldText = (row: SpeedRow, name: Setting): string =>
    visible(name === "machine" ? machineOf(row.machine) : settings[name](row));
  return groups.flatMap((group) =>
    group.speeds.map((row) => {
      const { speed, memory, correctTurnsPerSecond, tokensPerCorrectTurn } = row;
      const told = differing.filter((name) => group.server === null || !onlyHere.includes(name));
      const label = [group.label, ...told.map((name) => toldText(row, name))].join(" · ");
      return {
        ...group,
        label,
        speeds: [row],
        speed,
        memory,
        correctTurnsPerSecond,
        tokensPerCorrectTurn,
      };
    }),
  );
}

/** The rows whose speeds are of several settings: as a whole they have none. */
export function severalSpeeds(groups: readonly CompareGroup[]): CompareGroup[] {
  return groups.filter(({ speeds }) => speeds.length > 1);
}

/** So many rows are named, and more counted. */
const namedAtMost = 5;

/** The same in words, and what these settings are: "late (threads 1 and 2)". */
export function unlikeSpeeds(groups: readonly CompareGroup[]): string[] {
  const alike = groupBy(severalSpeeds(groups), unlikeText);
  return [...alike].map(([text, rows]) => {
    const labels = rows.map(({ label }) => label);
    return `${labels.length > namedAtMost ? counted(labels.length, "row") : listed(labels)} (${text})`;
  });
}

/** Of several machines their number alone: what else differs between them mostly follows from them. */
function unlikeText({ speeds, machines }: CompareGroup): string {
  const onEach = [...groupBy(speeds, ({ machine }) => machine).values()];
  const each = onEach.flatMap((rows) => (rows.length > 1 ? settingTexts(rows) : []));
  const kinds = machines.length > 1 ? [`${machines.length} kinds of machine`] : [];
  return listed([...kinds, ...new Set(each)]);
}

function settingTexts(speeds: readonly SpeedRow[]): string[] {
  const names = differingSettings([{ speeds }]);
  return speeds.map((row) => names.map((name) => visible(settings[name](row))).join(", "));
}

function differingSettings(groups: readonly Pick<CompareGroup, "speeds">[]): Setting[] {
  const isDiffering = (name: Setting, rows: readonly SpeedRow[]): boolean =>
    new Set(rows.map((row) => row[name])).size > 1;
  return (Object.keys(settings) as Setting[]).filter(
    (name) =>
      groups.some(({ speeds }) => isDiffering(name, speeds)) ||
      (!following.includes(name) &&
        isDiffering(
          name,
          groups.flatMap(({ speeds }) => speeds),
        )),
  );
}

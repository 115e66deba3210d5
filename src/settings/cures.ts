import { type Task } from "../tasks/task.ts";
import { flagOf } from "./flags.ts";
import { hasLevel, isDecidedByLevel, withOpenLevel } from "./on-level.ts";
import { badValues, isDecidedElsewhere, levelRefusal, refusalOf } from "./refusals.ts";
import {
  isEqual,
  namesWith,
  type SettingName,
  settingNames,
  type Settings,
  standardSettings,
} from "./settings.ts";
import { historyFacts, taskFacts } from "./stored.ts";
import { wordingOf } from "./wording.ts";

/** What a model may suffer from: its answers cannot be read, they are wrong, its first turn is its worst. */
export type Trouble = "form" | "task" | "start";

/** A run as far as it decides what may be changed about it. */
type Asked = Parameters<typeof wordingOf>[0] & {
  /** Whether its level was looked for, or cannot be; absent: it may be looked for. */
  readonly isLevelFixed?: boolean;
  /** What else the model was asked: a way that was taken there is none to try. */
  readonly beside?: readonly Settings[];
};

/** A way out as it is said, and a change that takes it. */
type Way = readonly [words: string, change: Partial<Settings>];

/**
 * What to try, each in flags, the likeliest cure first: only what changes something and would be carried out beside
 * everything else that was asked.
 */
export function curesOf(trouble: Trouble, asked: Asked): string[] {
  const { settings, beside = [] } = asked;
  const task = taskFacts(settings);
  if (task === null || historyFacts(settings.history) === null) return [];
  const ways = waysOut[trouble](asked, task).filter(
    ([, change]) => isOpen(settings, change) && !beside.some((other) => isChangedSo(settings, change, other)),
  );
  return [...ways.map(([words]) => words), ...(trouble === "task" ? levelCures(asked) : [])];
}

const waysOut: Readonly<Record<Trouble, (asked: Asked, task: Task) => Way[]>> = {
  form: (asked, { answerForm }) => {
    const auto = { ...asked.settings, shotsAs: "auto" } as const;
    const isAsUsual = wordingOf({ ...asked, settings: auto }).shotsAs === wordingOf(asked).shotsAs;
    return [
      ...(isAsUsual ? [] : [["--shots-as auto", { shotsAs: "auto" }] as const]),
      ...(answerForm === "integer" ? [["--format integer", { format: "integer" }] as const] : []),
      ["more --shots", { shots: asked.settings.shots + 1 }],
    ];
  },
  task: ({ settings }, { stateful, addsUp, usesDictionary }) => [
    ...(stateful ? [["--task retrieval", { task: "retrieval" }] as const] : []),
    ...(usesDictionary && !stateful
      ? [["a smaller --dictionary-size", { dictionarySize: Math.ceil(settings.dictionarySize / 2) }] as const]
      : addsUp
        ? [["a smaller --value-max", { valueMax: Math.ceil(settings.valueMax / 2) }] as const]
        : []),
  ],
  start: ({ settings: { burnIn } }) => [
    burnIn === 0 ? ["--burn-in 4", { burnIn: 4 }] : ["a longer --burn-in", { burnIn: burnIn + 1 }],
  ],
};

function isOpen(settings: Settings, change: Partial<Settings>): boolean {
  const changed = { ...settings, ...change };
  const names = settingNames.filter((name) => !isEqual(settings[name], changed[name]));
  return (
    names.length > 0 &&
    names.every((name) => !isDecidedElsewhere(settings, name)) &&
    !badValues(changed).some((name) => names.includes(name)) &&
    refusalOf(changed, null) === null
  );
}

/** Whether others ask the same but for the change: a number may have gone further, or less far. */
function isChangedSo(settings: Settings, change: Partial<Settings>, other: Settings): boolean {
  return namesWith("question").every((name) => {
    const [own, to, there] = [settings[name], change[name], other[name]];
    return typeof to === "number"
      ? Math.sign(Number(there) - Number(own)) === Math.sign(to - Number(own))
      : isEqual(there, to === undefined ? own : to);
  });
}

/** A level is refused beside what it decides, so it is said what of that to leave out. */
function levelCures({ settings, isLevelFixed = false }: Asked): string[] {
  const open = withOpenLevel(settings);
  const isSaid = (name: SettingName): boolean => !isEqual(settings[name], standardSettings[name]);
  const isDecided = (name: SettingName): boolean => isDecidedByLevel(open, name);
  if (isLevelFixed || levelRefusal(open, (name) => isSaid(name) && !isDecided(name)) !== null) return [];
  const out = hasLevel(settings) ? [] : settingNames.filter((name) => isDecided(name) && isSaid(name));
  return [`--level auto${out.length === 0 ? "" : ` (without ${out.map(flagOf).join(", ")})`}`];
}

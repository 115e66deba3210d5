import type { z } from "zod";
import { SettingError } from "../../errors.ts";
import type { Task } from "../../tasks/task.ts";
import type { HistoryPolicy, HistorySetting, InjectionSource } from "./policy.ts";

/** What must be known of a history before it is played. */
export interface HistoryFacts {
  /** Whether it needs none of the model's answers, so that a turn can be asked without those before it. */
  readonly isGiven: boolean;
  /** Whether answers come back in other words than the model generated, so that they are evaluated again. */
  readonly isRewritten: boolean;
  /** Whether it writes states in words of its own. */
  readonly writesStates: boolean;
  /** Whether it makes sense before a probed turn alone. */
  readonly isForProbes: boolean;
  /** Whether the model sees every answer that it gave, the wrong ones too. */
  readonly keepsAnswers: boolean;
  /** Whether the question tells the state, in the user's words. */
  readonly tellsState: boolean;
  /** Whether it shows what `own` does as long as every answer is right and given at once. */
  readonly isOwnUntilError: boolean;
}

/** Errors that stand in a history whatever the model answers. */
export interface PlantedErrors {
  /** Chance that a total is wrong, from 0 to 1. */
  readonly rate: number;
  /** How they are made, where they stand, who says them: equal for histories that differ in nothing but the rate. */
  readonly error: string;
  readonly magnitude: number;
  readonly block: string;
  readonly role: string;
}

/** Those that the model sees of the turns behind. @param behind from the first on */
export type Seen = <Turn>(behind: readonly Turn[]) => readonly Turn[];

/** A history with its options, as `--history` names it. */
export interface ChosenHistory extends HistoryFacts {
  /** The canonical text, which gives the same history again. */
  readonly text: string;
  /** The run whose errors are shown again, by its number or, wherever its rows are, by its uid; null: none. */
  readonly replayedRun: number | string | null;
  /** Null: what it shows is not planted. */
  readonly planted: PlantedErrors | null;
  /** Null: the model sees all turns behind. */
  readonly seen: Seen | null;
  /** Why it cannot be played with this task, in words that go on after its text; null: it can. */
  impossibleWith(task: Task): string | null;
  create(setting: HistorySetting, source: InjectionSource): HistoryPolicy;
}

/** A member of the registry. */
export interface HistoryMember {
  readonly name: string;
  /** How it is written, for help: `window:N`. */
  readonly usage: string;
  /** @param options what stands behind the colon. @throws SettingError */
  choose(options: string): ChosenHistory;
}

interface Member<Options> extends Omit<HistoryFacts, "tellsState"> {
  readonly name: string;
  readonly usage: string;
  readonly text: OptionsText<Options>;
  replayedRun?(options: Options): number | string | null;
  planted?(options: Options): PlantedErrors;
  readonly tellsState?: true;
  seen?(options: Options): Seen;
  impossibleWith?(task: Task, options: Options): string | null;
  create(options: Options, setting: HistorySetting, source: InjectionSource): HistoryPolicy;
}

/** Options as they stand behind the colon, both ways. */
interface OptionsText<Options> {
  /** @returns null for what cannot be read. */
  readonly read: (text: string) => Options | null;
  readonly print: (options: Options) => string;
}

/** Makes a member of its parts: everything that is to be known of a history stands in its one file. */
export function historyMember<Options>(member: Member<Options>): HistoryMember {
  const { name, usage } = member;
  const { isGiven, isRewritten, writesStates, isForProbes, keepsAnswers, isOwnUntilError } = member;
  const tellsState = member.tellsState ?? false;
  const facts = {
    isGiven,
    isRewritten,
    writesStates,
    isForProbes,
    keepsAnswers,
    tellsState,
    isOwnUntilError,
  };
  return {
    name,
    usage,
    choose(text) {
      const options = member.text.read(text);
      if (options === null) throw new SettingError(`use ${usage}`);
      const printed = member.text.print(options);
      const seen = member.seen?.(options) ?? null;
      return {
        ...facts,
        text: printed === "" ? name : `${name}:${printed}`,
        replayedRun: member.replayedRun?.(options) ?? null,
        planted: member.planted?.(options) ?? null,
        seen,
        impossibleWith: (task) => member.impossibleWith?.(task, options) ?? null,
        create(setting, source) {
          const policy = member.create(options, setting, source);
          return seen === null ? policy : { ...policy, visible: seen };
        },
      };
    },
  };
}

/** No options at all. */
export const noOptions: OptionsText<undefined> = {
  read: (text) => (text === "" ? undefined : null),
  print: () => "",
};

/** One whole number from 1, up to the most turns that a rollout may have. */
export const oneCount: OptionsText<number> = {
  read: (text) => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : null),
  print: String,
};

/** name=value, separated by commas; what is undefined or null is not written. */
export function namedOptions<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
): OptionsText<z.infer<z.ZodObject<Shape>>> {
  return {
    read(text) {
      const parts = text.split(",").filter((part) => part !== "");
      const pairs = parts.map((part) => {
        const at = part.indexOf("=");
        const value = part.slice(at + 1);
        return [
          part.slice(0, at),
          value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value,
        ];
      });
      const given = Object.fromEntries(pairs) as Readonly<Record<string, unknown>>;
      const parsed = schema.safeParse(given);
      // Of a name that stands there twice nobody knows which is meant.
      return parsed.success && Object.keys(given).length === pairs.length ? parsed.data : null;
    },
    print: (options) =>
      Object.keys(schema.shape)
        .map((name) => [name, (options as Readonly<Record<string, unknown>>)[name]] as const)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(","),
  };
}

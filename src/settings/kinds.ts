import { z } from "zod";
import { SettingError } from "../errors.ts";

/** What values a setting takes, and how they read and print as text. */
export interface Kind<Value> {
  readonly schema: z.ZodType<Value>;
  /** What a row may hold where a file decided it; absent: the same. */
  readonly held?: z.ZodType<Value>;
  /** What stands for the value in help; null: a switch, which has none. */
  readonly hint: string | null;
  /** @throws SettingError with what is allowed */
  readonly read: (text: string) => Value;
  /** As {@link Kind.read} reads it. */
  readonly print: (value: Value) => string;
}

/** A whole number from `least` to `most`. */
export function count(least: number, most: number, hint = "n"): Kind<number> {
  return {
    schema: z.int().min(least).max(most),
    held: z.int().min(least),
    hint,
    read(text) {
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= least && value <= most) return value;
      throw new SettingError(`must be a whole number from ${least} to ${most}`);
    },
    print: String,
  };
}

/** The same, or a word that stands for something else, such as `auto`. */
export function countOr<const Word extends string>(
  word: Word,
  least: number,
  most: number,
  hint = "n",
): Kind<number | Word> {
  const number = count(least, most, hint);
  return {
    schema: z.union([number.schema, z.literal(word)]),
    hint,
    read: (text) =>
      text === word
        ? word
        : orElse(() => number.read(text), `must be ${word} or a whole number from ${least} to ${most}`),
    print: String,
  };
}

/** The same, or nothing, which `none` says as a text and null in a file. */
export function countOrNone(least: number, most: number, hint = "n"): Kind<number | null> {
  const number = countOr("none", least, most, hint);
  return {
    schema: z.int().min(least).max(most).nullable(),
    hint,
    read(text) {
      const value = number.read(text);
      return value === "none" ? null : value;
    },
    print: (value) => String(value ?? "none"),
  };
}

/** A number from `least` to `most`, both included. */
export function number(least: number, most: number, hint: string): Kind<number> {
  return {
    schema: z.number().min(least).max(most),
    hint,
    read(text) {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      if (value >= least && value <= most) return value;
      throw new SettingError(`must be a number from ${least} to ${most}`);
    },
    print: String,
  };
}

/** One of some words. */
export function choice<const Words extends readonly string[]>(
  words: Words,
  hint: string,
): Kind<Words[number]> {
  return {
    schema: z.enum(words as readonly Words[number][]),
    hint,
    read(text) {
      const found = words.find((word) => word === text);
      if (found !== undefined) return found;
      throw new SettingError(`must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
    },
    print: (word) => word,
  };
}

/** Given or not. */
export const toggle: Kind<boolean> = {
  schema: z.boolean(),
  hint: null,
  read: (text) => text === "true",
  print: String,
};

/**
 * A text with a meaning of its own; what stands in the settings is its canonical form.
 *
 * @param canonical throws a SettingError for what cannot be read
 */
export function text(canonical: (given: string) => string, hint: string): Kind<string> {
  return {
    schema: z.string({ error: () => whyNot(canonical, "") }).superRefine((given, context) => {
      const message = whyNot(canonical, given);
      if (message !== undefined) context.addIssue({ code: "custom", message, input: given });
    }),
    hint,
    read: canonical,
    print: (value) => value,
  };
}

/** Undefined: it can be read, so that something else is wrong. */
function whyNot(canonical: (given: string) => string, given: string): string | undefined {
  try {
    canonical(given);
    return undefined;
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
}

/** The same, or nothing, which null says in a file and which no text says. */
export function textOrNone(canonical: (given: string) => string, hint: string): Kind<string | null> {
  const own = text(canonical, hint);
  return { schema: own.schema.nullable(), hint, read: own.read, print: (value) => value ?? "" };
}

/** One word. */
export function word(given: string): string {
  if (/^[\p{L}\p{N}_.-]{1,40}$/u.test(given)) return given;
  throw new SettingError("must be one word, such as low, medium or high");
}

/** A JSON object, names in alphabetical order at every depth. */
export function jsonObject(given: string): string {
  const value = parsedJson(given);
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return JSON.stringify(inOrder(value));
  throw new SettingError(`must be a JSON object as one text, such as '{"style": "short"}'`);
}

function parsedJson(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return null;
  }
}

function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const names = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(names.map(([name, held]) => [name, inOrder(held)]));
}

/** Turns, ascending and each once; null: all of them. */
export const turnList: Kind<readonly number[] | null> = {
  schema: z.array(z.int().min(1)).min(1).nullable(),
  hint: "turns",
  read(given) {
    if (given === "all") return null;
    const turns = given.split(",").map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
    if (turns.every((turn) => turn >= 1)) return [...new Set(turns)].toSorted((a, b) => a - b);
    throw new SettingError("use turns from 1, such as 1,25,50, or all");
  },
  print: (turns) => turns?.join(",") ?? "all",
};

/** A file by its name and its content: the name tells a person, the hash decides. */
export interface FileValue {
  readonly file: string;
  /** Null in rows of versions that did not write it down. */
  readonly sha256: string | null;
}

/** A file that is read where the flag is; as text it is its name. */
export const file: Kind<FileValue | null> & { readonly isFile: true } = {
  schema: z.object({ file: z.string(), sha256: z.string().nullable() }).nullable(),
  hint: "file",
  read() {
    throw new SettingError("is read as a file");
  },
  print: (value) => value?.file ?? "",
  isFile: true,
};

function orElse<Value>(read: () => Value, message: string): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof SettingError ? new SettingError(message) : error;
  }
}

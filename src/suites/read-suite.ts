import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Document, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import { messageOf, UsageError } from "../errors.ts";
import { type SuiteFile, suiteSchema } from "./suite-file.ts";

/** A suite, and where in its file things stand. */
export interface ReadSuite {
  readonly suite: SuiteFile;
  /**
   * File, line and column of the first of these settings that the experiment, its setting or the defaults give; else of the
   * experiment.
   */
  readonly place: (names: readonly string[], experiment: number, setting: number | null) => string;
}

/**
 * Reads a suite file.
 *
 * @throws UsageError with file, line and column of everything that is wrong
 */
export function readSuite(path: string): ReadSuite {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`suite ${path}: cannot be read (${messageOf(error)}). Name a YAML file.`);
  }
  return parseSuite(text, basename(path));
}

/** @param file the name that messages carry */
export function parseSuite(text: string, file: string): ReadSuite {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = document.errors.map(({ pos, message }) => `${place(pos[0])} ${message}`);
  if (broken.length > 0) throw new UsageError(broken.join("\n"));
  const parsed = suiteSchema.safeParse(document.toJS());
  if (parsed.success)
    return {
      suite: parsed.data,
      place: (names, experiment, setting) =>
        place(offsetOf(document, placeOf(document, names, experiment, setting))),
    };
  const found = parsed.error.issues.flatMap((issue) => describe(issue, document, place));
  throw new UsageError([...new Set(found)].join("\n"));
}

function placeOf(
  document: Document,
  names: readonly string[],
  experiment: number,
  setting: number | null,
): (string | number)[] {
  const entry = ["experiments", experiment];
  const layers = [entry, ...(setting === null ? [] : [["settings", setting]]), ["defaults"]];
  const paths = names.flatMap((name) => layers.map((layer) => [...layer, name]));
  return paths.find((path) => document.hasIn(path)) ?? entry;
}

function describe(issue: z.core.$ZodIssue, document: Document, place: (offset: number) => string): string[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${place(offsetOf(document, [...path, key]))} unknown name "${key}".`);
  const name = path.length > 0 ? path.map(String).join(".") : "the file";
  return [`${place(offsetOf(document, path))} ${name}: ${lowerFirst(issue.message)}.`];
}

/** Where a value stands; for one that is missing, where its parent does. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  const last = path.at(-1);
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  let offset: number | null = null;
  // A pair's key tells where a name stands, a value only where it begins.
  visit(isNode(parent) ? parent : document, {
    Pair(_key, pair) {
      if (offset === null && isPair(pair) && isScalar(pair.key) && pair.key.value === last)
        offset = pair.key.range?.[0] ?? null;
    },
  });
  if (offset !== null) return offset;
  const node = document.getIn(path, true);
  if (isNode(node)) return node.range?.[0] ?? 0;
  return path.length > 0 ? offsetOf(document, path.slice(0, -1)) : 0;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}

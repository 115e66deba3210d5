import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { z } from "zod";
import { messageOf, UsageError } from "../errors.ts";
import { utf8Text } from "../utf8-text.ts";
import { visible } from "../visible-text.ts";
import { type SuiteFile, suiteSchema } from "./suite-file.ts";
import { listed, readYaml, type YamlFile, type YamlPath } from "./yaml-file.ts";
import { typedLine } from "../typed-line.ts";

/** A suite, and where in its file things stand. */
export interface ReadSuite {
  readonly suite: SuiteFile;
  /**
   * File, line and column of the first of these settings that the experiment, its setting or the defaults give; else of the
   * experiment.
   */
  readonly place: (names: readonly string[], experiment: number, setting: number | null) => string;
  readonly at: YamlFile["place"];
}

/**
 * Reads a suite file.
 *
 * @throws UsageError with file, line and column of everything that is wrong
 */
export function readSuite(path: string): ReadSuite {
  let text: string;
  try {
    text = utf8Text(readFileSync(path));
  } catch (error) {
    throw new UsageError(
      `suite ${path}: cannot be read (${messageOf(error)}). Name a YAML file; there are examples: ${typedLine("suite --help")}`,
    );
  }
  return parseSuite(text, basename(path));
}

/** @param file the name that messages carry */
export function parseSuite(text: string, file: string): ReadSuite {
  const yaml = readYaml(text, file);
  const parsed = suiteSchema.safeParse(yaml.value);
  if (parsed.success)
    return {
      suite: parsed.data,
      at: yaml.place,
      place: (names, experiment, setting) => yaml.place(placeOf(yaml, names, experiment, setting)),
    };
  const found = parsed.error.issues.flatMap((issue) => describe(issue, yaml));
  throw new UsageError(listed([...new Set(found)]));
}

function placeOf(
  yaml: YamlFile,
  names: readonly string[],
  experiment: number,
  setting: number | null,
): YamlPath {
  const entry = ["experiments", experiment];
  const layers = [entry, ...(setting === null ? [] : [["settings", setting]]), ["defaults"]];
  const paths = names.flatMap((name) => layers.map((layer) => [...layer, name]));
  return paths.find((path) => yaml.has(path)) ?? entry;
}

function describe(issue: z.core.$ZodIssue, yaml: YamlFile): string[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${yaml.place([...path, key])} unknown name "${visible(key)}".`);
  const name = path.length > 0 ? path.map(String).join(".") : "the file";
  return [`${yaml.place(path)} ${name}: ${lowerFirst(issue.message)}.`];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}

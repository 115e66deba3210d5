import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { modelsNamed, surroundings } from "../model-folders/names.ts";
import { visible } from "../visible-text.ts";
import { remark } from "./terminal.ts";

/**
 * Model arguments with the paths of those that are given by a name. What exists as a path is one, whatever else is called so.
 *
 * @throws UsageError where a name means several models, or none
 */
export async function pathsOfNames(models: readonly string[], isQuiet: boolean): Promise<string[]> {
  const paths: string[] = [];
  for (const text of models) {
    if (!mayBeName(text)) {
      paths.push(text);
      continue;
    }
    const [found, ...others] = await modelsNamed(text, surroundings());
    if (found === undefined)
      throw new UsageError(
        `${text}: no such file or folder, and no model is called so. longhaul models lists what there is.`,
      );
    if (others.length > 0) throw severalMeant(text, [found, ...others]);
    if (!isQuiet) remark(visible(`${text}: ${found.names[0].name}, ${found.path}`));
    paths.push(found.path);
  }
  return paths;
}

/** No path, and no simulated or served model of a suite. */
function mayBeName(text: string): boolean {
  const isPath = existsSync(text) || /^([./~\\]|[a-z]:[\\/])/i.test(text);
  return text.trim() !== "" && !isPath && !/^scripted(:|$)|:\/\//.test(text);
}

const listedMost = 12;

function severalMeant(text: string, found: Awaited<ReturnType<typeof modelsNamed>>): UsageError {
  const called = found.map(({ names, path }) => {
    const [{ name }] = names;
    const isTwice = found.filter((other) => other.names[0].name === name).length > 1;
    return isTwice ? path : name;
  });
  const more = called.length > listedMost ? ` and ${called.length - listedMost} more` : "";
  return new UsageError(
    visible(
      `${text}: ${called.length} models are called so: ${called.slice(0, listedMost).join(", ")}${more}. Name one of them.`,
    ),
  );
}

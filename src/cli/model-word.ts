import { calledSo } from "../model-folders/names.ts";
import type { FoundModel } from "./found-models.ts";
import { isName } from "./model-names.ts";

/** What run takes: its name where that is looked for in all known places and means it alone, else its path. */
export function wordFor(
  model: FoundModel,
  models: readonly FoundModel[],
  folders: readonly string[],
): string {
  const [{ name }] = model.names;
  const isMeant = folders.length === 0 && isName(name, name) && calledSo(models, name).length === 1;
  return isMeant ? name : model.path;
}

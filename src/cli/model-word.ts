import type { FoundModel } from "./found-models.ts";

/** What run takes for a found model: its name where that is looked for in all known places and means it alone. */
export function wordFor(
  model: FoundModel,
  models: readonly FoundModel[],
  folders: readonly string[],
): string {
  const [{ name }] = model.names;
  const namesakes = models.filter(({ names }) => names.some((one) => one.name === name));
  return folders.length > 0 || namesakes.length > 1 ? model.path : name;
}

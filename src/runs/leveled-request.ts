import { InterruptedError } from "../errors.ts";
import { isLevelOpen, onLevel } from "../settings/on-level.ts";
import { findLevel } from "./level-search.ts";
import { requestedFiles } from "./prepare-models.ts";
import type { RunRequest } from "./request.ts";
import type { RunView } from "./view.ts";

/**
 * The request on the level that fits its models, where it is to be found; else as it is.
 *
 * @returns null where an interrupt ended the search
 * @throws UsageError
 */
export async function leveledRequest(request: RunRequest, view: RunView): Promise<RunRequest | null> {
  const { settings, engine } = request;
  if (!isLevelOpen(settings)) return request;
  const files = engine.kind === "llama" ? await requestedFiles(request) : [];
  const others = engine.kind === "llama" ? [] : [{ engine, models: request.modelPaths }];
  try {
    const levelSearch = await findLevel({ ...request, files, others }, view);
    view.onLevel?.(levelSearch);
    return { ...request, files, settings: onLevel(settings, levelSearch.level), levelSearch };
  } catch (error) {
    if (error instanceof InterruptedError) return null;
    throw error;
  }
}

import { InterruptedError } from "../errors.ts";
import type { Candidate } from "./prepare.ts";
import { prepareModels } from "./prepare-models.ts";
import type { RunRequest } from "./request.ts";
import { chooseConversations, type ModelsTogether } from "./tune-models.ts";
import type { RunView } from "./view.ts";

export type { ModelsTogether };

/**
 * The models that a request names, checked, and fitted to one number of conversations at a time.
 *
 * @returns null where an interrupt ended the search for that number
 * @throws UsageError
 */
export async function fittedModels(
  request: RunRequest,
  view: RunView,
  together: ModelsTogether | undefined,
): Promise<readonly Candidate[] | null> {
  const prepared = await prepareModels(request);
  try {
    return await chooseConversations(request, prepared, view, together);
  } catch (error) {
    if (error instanceof InterruptedError) return null;
    throw error;
  }
}

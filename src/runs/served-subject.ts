import { largestLevel } from "../tasks/levels.ts";
import { probeSettings } from "./level-probes.ts";
import type { LevelRequest, LevelSubject } from "./level-subject.ts";
import type { ServedRequest } from "./request.ts";
import { servedModel } from "./served-model.ts";

/** A model behind a server that levels are asked of; one that cannot be asked says why. */
export async function servedSubject(
  { settings, name, templateText, loraPath }: LevelRequest,
  engine: ServedRequest["engine"],
  model: string,
): Promise<LevelSubject> {
  // One conversation has room for every level.
  const request: ServedRequest = {
    settings: probeSettings(settings, largestLevel),
    name,
    engine,
    modelPaths: [model],
    dbPath: "",
    instances: null,
    templateText,
    loraPath,
    origin: null,
    isWatched: false,
  };
  const found = await servedModel(request, model, () => undefined);
  const unknown = { bytes: 0, forecastMs: () => null };
  if ("error" in found) return { ...unknown, name: found.name, error: found.error, job: never };
  const { options, limit } = found;
  return {
    ...unknown,
    name: found.name,
    error: null,
    job: (level, asked) => ({
      engine: { kind: "server", options },
      probing: { ...asked, settings: probeSettings(settings, level.name), answerLimit: limit.tokens },
    }),
  };
}

function never(): never {
  throw new Error("a model that cannot be asked was asked");
}

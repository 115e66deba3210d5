import type { Level } from "../tasks/levels.ts";
import { Inspector } from "./inspector.ts";
import { probeSettings } from "./level-probes.ts";
import type { LevelRequest, LevelSubject } from "./level-subject.ts";
import { llamaSubject } from "./llama-subject.ts";
import { servedSubject } from "./served-subject.ts";
import { scriptedTrial } from "./scripted-trial.ts";

/** The models of a request, made ready to be asked; a file that cannot be read is none of them, since its run says so. */
export async function levelSubjects(request: LevelRequest): Promise<LevelSubject[]> {
  const subjects: LevelSubject[] = [];
  for (const { engine, models } of request.others) {
    if (engine.kind === "scripted") subjects.push(scriptedSubject(request, engine.spec));
    else for (const model of models) subjects.push(await servedSubject(request, engine, model));
  }
  if (request.files.length === 0) return subjects;
  const inspector = new Inspector();
  try {
    for (const file of request.files) {
      const subject = await llamaSubject(request, file, inspector);
      if (subject !== null) subjects.push(subject);
    }
  } finally {
    inspector.close();
  }
  return subjects;
}

function scriptedSubject({ settings, name }: LevelRequest, spec: string): LevelSubject {
  const trialOn = (level: Level) =>
    scriptedTrial(
      { settings: probeSettings(settings, level.name), name, instances: null, dbPath: "", isWatched: false },
      spec,
    ).trial;
  return {
    name: name ?? `scripted:${spec}`,
    bytes: 0,
    error: null,
    job(level, asked) {
      const { engine, settings: own, answerLimit } = trialOn(level);
      return { engine, probing: { ...asked, settings: own, answerLimit } };
    },
    forecastMs: () => null,
  };
}

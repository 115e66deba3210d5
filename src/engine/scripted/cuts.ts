import { ContextFullError, EngineError } from "../../errors.ts";
import { Random } from "../../random.ts";
import type { TurnRequest } from "../engine.ts";
import type { Script } from "./script.ts";
import { frailtyOf } from "./step-chance.ts";

/** What ends this rollout at this turn instead of an answer; null: nothing. Both chances are multiplied by skill. */
export function cutOf(script: Script, { rollout, turnIndex, sample }: TurnRequest): Error | null {
  const { cutFull, cutError, cutSkill, stream } = script;
  if (sample > 0 || cutFull + cutError === 0) return null;
  const bySkill = Math.exp(-cutSkill * frailtyOf(script, rollout));
  const drawn = new Random(stream, "scripted-cut", rollout, turnIndex).unit();
  const chance = Math.min(1, (cutFull + cutError) * bySkill);
  if (drawn >= chance) return null;
  return drawn < (chance * cutFull) / (cutFull + cutError)
    ? new ContextFullError("the context is full, as the script says (cut-full)")
    : new EngineError("native", "the engine failed, as the script says (cut-error)");
}

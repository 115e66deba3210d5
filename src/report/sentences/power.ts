import { significant } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** What the table of sizes is for. `horizon` in turns; `power` the chance of seeing the difference, from 0 to 1. */
export function sizesWanted({
  ratio,
  horizon,
  power,
}: Readonly<Record<"ratio" | "horizon" | "power", number>>): string {
  return `To see that one model gets ${significant(ratio)} times as far as another whose H50 is ${significant(horizon)} turns, with a chance of ${significant(power * 100)} % (log-rank test at 0.05):`;
}

/** The same for a margin: `margin` between 0 and 1. */
export function marginSizesWanted({
  margin,
  horizon,
  power,
}: Readonly<Record<"margin" | "horizon" | "power", number>>): string {
  return `To see that one model gets at most ${significant(100 * margin)} % less far than another whose H50 is ${significant(horizon)} turns, with a chance of ${significant(power * 100)} % where both get equally far (compare --margin, one row):`;
}

/** What the sizes suppose, and which way they are wrong where it does not hold. */
export function sizesSuppose(): string {
  return "This is for unpaired rollouts and a step accuracy that stays the same from turn to turn. Models that stumble over the same instances need fewer rollouts (longhaul compare pairs equal seeds); errors that become rarer from turn to turn take several times as many.";
}

/** What counts where rollouts share dictionaries. */
export function dictionariesCount(): string {
  return "Every rollout has a dictionary of its own here. Where rollouts share dictionaries, read the number as one of dictionaries, each with rollouts of its own.";
}

/** That a study with so many different dictionaries is large enough, at the number of turns that takes the fewest. */
export function dictionariesSuffice(dictionaries: number, needed: number, turns: number): string {
  return `${dictionaries.toLocaleString("en")} dictionaries are enough: rollouts of ${counted(turns, "turn")} take ${needed.toLocaleString("en")}.`;
}

/** That it is not, however many rollouts share them. */
export function dictionariesTooFew(dictionaries: number, needed: number, turns: number): string {
  return `${dictionaries.toLocaleString("en")} dictionaries are too few, however many rollouts share them: rollouts of ${counted(turns, "turn")} take ${needed.toLocaleString("en")}.`;
}

/** Which of its runs a model is timed by, where they had different speed settings: that one, `under` these. */
export function timedBy(model: string, runId: number, under: readonly string[]): string {
  return `${model} was measured under several speed settings. Its time is that of run ${runId}: ${under.join(", ")}.`;
}

/** Why no time is given. */
export function durationUnknown(): string {
  return "How long it takes is not known: no complete run of a GGUF model in the file yet that asked one key a turn, with the model's own history, to the last turn.";
}

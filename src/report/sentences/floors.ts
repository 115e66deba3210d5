import type { Floor } from "../../figures/start-schema.ts";
import { shareText } from "../words/numbers.ts";
import { listed } from "../words/words.ts";

/** A row at the floor, and what it was asked. */
export interface FloorFigures {
  readonly label: string;
  readonly floor: Floor;
  readonly question: FloorQuestion;
}

/** What of a row's question an easier one would change. */
export interface FloorQuestion {
  /** Whether a grammar could keep its answers in form. */
  readonly canHaveGrammar: boolean;
  /** Whether answers build on earlier ones, add up, and take what they take from a dictionary. */
  readonly isStateful: boolean;
  readonly addsUp: boolean;
  readonly usesDictionary: boolean;
  /** Whether turns were played, so that there is a horizon. */
  readonly hasHorizon: boolean;
}

/** A row of whose answers too few can be read to say anything else. */
export function floorOfFormSentence({ label, floor, question }: FloorFigures): string {
  return `${label} is at the floor of form: ${shareText(floor.readable)} of its answers can be read, so nothing can be said of how it does the task. ${tryNext("form", question)}`;
}

/**
 * A row that answers in form, and wrong. Turn 2 is the first that composes anything: a model that cannot do it has no
 * horizon that could show decay.
 *
 * @param slip what most of its wrong numbers fit, in a sentence; null: no cause is shown
 */
export function floorOfTaskSentence({ label, floor, question }: FloorFigures, slip: string | null): string {
  const { correct = 0, n = 0, high = null } = floor.second ?? {};
  const horizon = question.hasHorizon ? ", so its horizon says nothing about decay" : "";
  return [
    `${label} is at the floor of the task: ${shareText(floor.readable)} of its answers can be read, and at turn 2 it is right in ${correct} of ${n} (at most ${Math.ceil(100 * (high ?? 1))} %)${horizon}.`,
    ...(slip === null ? [] : [slip]),
    tryNext("task", question),
  ].join(" ");
}

/** Arms of an experiment at one floor. */
export function armsAtFloorNote(of: Floor["of"], arms: readonly string[], question: FloorQuestion): string {
  const [are, their] = arms.length === 1 ? ["is", "its"] : ["are", "their"];
  const why =
    of === "form"
      ? `most of ${their} wrong answers cannot be read`
      : `${their} answers can be read, and most are wrong from turn 2 on`;
  return `${listed(arms)} ${are} at the floor of ${of === "form" ? "form" : "the task"}: ${why}. ${tryNext(of, question)}`;
}

function tryNext(of: Floor["of"], question: FloorQuestion): string {
  const { canHaveGrammar, isStateful, addsUp, usesDictionary } = question;
  const isLookUp = usesDictionary && !isStateful;
  const ways =
    of === "form"
      ? [canHaveGrammar ? "--format integer" : null, "more --shots"]
      : [
          isStateful ? "--task retrieval" : null,
          isLookUp ? "a smaller --dictionary-size" : addsUp ? "a smaller --value-max" : null,
          "--level auto",
        ];
  return `Try ${listed(
    ways.filter((way) => way !== null),
    "or",
  )}.`;
}

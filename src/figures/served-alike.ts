import { pooledPercentiles } from "../metrics/percentile.ts";
import type { ReadGroup } from "../reading/groups.ts";
import { modelOf, templateOf } from "../reading/identity.ts";
import { machineKinds } from "../reading/machine-kinds.ts";
import type { RunRows } from "../reading/rows.ts";
import { areAlike, subjectOf } from "../reading/settings.ts";
import { isGivenHistory } from "../settings/stored.ts";
import { turnsPerSecond } from "./turn-rate.ts";
import { type AnsweredRollout, answeredRollouts } from "./answered-rollouts.ts";

/**
 * How one model answered in this process and behind a server: of turns that were asked alike, so each rollout as far as both
 * had said the same before (behind a given history all of them). Where neither can be read, nobody knows whether they did.
 */
export interface ServedAlike {
  /** Labels. */
  readonly here: string;
  readonly there: string;
  readonly turns: number;
  /** With the same number in both. */
  readonly same: number;
  readonly differing: readonly DifferingTurn[];
  /**
   * Tokens of a first prompt, where the server words conversations otherwise (by another chat template, say), so that nothing
   * is compared; null: it words them alike.
   */
  readonly otherwise: { readonly here: number | null; readonly there: number | null } | null;
  readonly speedHere: ServedSpeed;
  readonly speedThere: ServedSpeed;
  /** Whether the model in this process told how sure it was, which takes time. */
  readonly isSlowedHere: boolean;
}

/** What a reader compares the cost of a server by. Null: not known. */
export interface ServedSpeed {
  readonly turnsPerSecond: number | null;
  /** Of half of the turns at most. */
  readonly ttftMs: number | null;
}

export interface DifferingTurn {
  readonly rollout: number;
  /** From 1. */
  readonly turn: number;
  /** Numbers as they were read; null: none could be. */
  readonly here: string | null;
  readonly there: string | null;
  /**
   * By how much, in natural logarithms of probability, the model in this process preferred its token to the likeliest other
   * one where that decided; null: not stored (`--confidence top2`).
   */
  readonly gap: number | null;
}

/** Every pair of a greedy model in this process with the same file behind a server, asked alike. */
export function servedAlike(groups: readonly ReadGroup[], labels: readonly string[]): ServedAlike[] {
  const named = groups.map((group, index) => ({ ...group, label: labels[index] ?? "" }));
  return named.flatMap((here) =>
    named.flatMap((there) => {
      if (!isPair(here.rows[0], there.rows[0])) return [];
      const compared = comparedTurns(here.rows, there.rows);
      const speeds = {
        ...speedsOf(here, there),
        isSlowedHere: here.rows.some(({ confidence }) => (confidence ?? []).length > 0),
      };
      if (compared.turns === 0 && compared.otherwise === null) return [];
      return [{ here: here.label, there: there.label, ...compared, ...speeds }];
    }),
  );
}

/** Not known unless both were played on one kind of machine, each under one setting. */
function speedsOf(here: ReadGroup, there: ReadGroup): Pick<ServedAlike, "speedHere" | "speedThere"> {
  const all = [...here.speeds, ...there.speeds];
  const isTold =
    all.length === 2 &&
    machineKinds(all.flatMap(({ rows }) => rows.flatMap(({ run }) => run.machines))).length === 1;
  const rowsOf = ({ speeds }: ReadGroup) => (isTold ? speeds.flatMap(({ rows }) => rows) : []);
  return { speedHere: speedOf(rowsOf(here)), speedThere: speedOf(rowsOf(there)) };
}

function speedOf(rows: readonly RunRows[]): ServedSpeed {
  const [ttftMs = null] = pooledPercentiles(
    rows.map((one) => one.ttftMs),
    [50],
  );
  return { turnsPerSecond: turnsPerSecond(rows), ttftMs };
}

function isPair(here: RunRows | undefined, there: RunRows | undefined): boolean {
  if (here === undefined || there === undefined) return false;
  const [mine, theirs] = [here.run, there.run];
  return (
    mine.server === null &&
    theirs.server !== null &&
    modelOf(mine) === modelOf(theirs) &&
    mine.settings.temperature === 0 &&
    areAlike([subjectOf(mine), subjectOf(theirs)])
  );
}

function comparedTurns(
  here: readonly RunRows[],
  there: readonly RunRows[],
): Pick<ServedAlike, "turns" | "same" | "differing" | "otherwise"> {
  const others = new Map(answeredRollouts(there).map((one) => [one.instance, one]));
  const both = answeredRollouts(here).flatMap((one) => {
    const other = others.get(one.instance);
    return other === undefined ? [] : [{ one, other }];
  });
  const isOneTemplate = templateOfAll(here) === templateOfAll(there);
  const alike = both.filter((pair) => isWordedAlike(pair, isOneTemplate));
  const isGiven = here.every(({ run }) => isGivenHistory(run.settings));
  const compared = alike.map(({ one, other }) => comparedRollout(one, other, isGiven));
  const differing = compared.flatMap((one) => one.differing);
  const same = compared.reduce((sum, one) => sum + one.same, 0);
  const [first] = alike.length > 0 ? [] : both;
  const otherwise =
    first === undefined ? null : { here: first.one.firstPrompt, there: first.other.firstPrompt };
  return { turns: same + differing.length, same, differing, otherwise };
}

/** By the length of their first prompts; where that is not told, by the chat template. */
function isWordedAlike(
  { one, other }: { readonly one: AnsweredRollout; readonly other: AnsweredRollout },
  isOneTemplate: boolean,
): boolean {
  const isTold = one.firstPrompt !== null && other.firstPrompt !== null;
  return isTold ? one.firstPrompt === other.firstPrompt : isOneTemplate;
}

/** Runs of one row have one. */
function templateOfAll([first]: readonly RunRows[]): string | null {
  return first === undefined ? null : templateOf(first.run);
}

function comparedRollout(
  one: AnsweredRollout,
  other: AnsweredRollout,
  isGiven: boolean,
): Pick<ServedAlike, "same" | "differing"> {
  let same = 0;
  const differing: DifferingTurn[] = [];
  for (const [turn, { number, gap }] of one.answers) {
    const theirs = other.answers.get(turn)?.number;
    if (theirs === undefined) break;
    const isSame = theirs === number && number !== "";
    if (isSame) same++;
    else if (theirs !== number)
      differing.push({ rollout: one.rollout, turn, here: read(number), there: read(theirs), gap });
    // From here on they may not be asked the same any more.
    if (!isSame && !isGiven) break;
  }
  return { same, differing };
}

function read(number: string): string | null {
  return number === "" ? null : number;
}

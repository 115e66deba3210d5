import { SettingError } from "../errors.ts";

/** Which part of a study a run is: the third of eight, say. */
export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** What decides which rollouts a share has. */
interface Divided {
  readonly shard: string;
  readonly rollouts: number;
  readonly parallel: number | "auto";
}

/** Rollouts that follow each other. */
export interface Block {
  /** Its number in the study, from 0. */
  readonly first: number;
  readonly count: number;
}

/** The whole study. */
export const wholeStudy = "1/1";

/** @throws SettingError with what is allowed */
export function parseShard(text: string): Shard {
  const [, number = 0, of = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (number >= 1 && number <= of) return { number, of };
  throw new SettingError("must be one of so many shares, such as 3/8, from 1/8 to 8/8");
}

export function shardText({ number, of }: Shard): string {
  return `${number}/${of}`;
}

/** All shares of a study that is divided into so many, in their order. */
export function sharesInto(of: number): string[] {
  return Array.from({ length: of }, (_, index) => shardText({ number: index + 1, of }));
}

/**
 * The rollouts that a run plays of its study's. Shares are as equal as they can be without parting conversations that are
 * played at a time, where their number was asked for: so each batch holds what it would hold in the whole. One may be left
 * without any.
 */
export function blockOf(settings: Divided): Block {
  const { rollouts } = settings;
  const { number, of } = parseShard(settings.shard);
  const atATime = together(settings);
  const groups = Math.ceil(rollouts / atATime);
  const before = (shares: number): number => Math.min(rollouts, Math.floor((shares * groups) / of) * atATime);
  return { first: before(number - 1), count: before(number) - before(number - 1) };
}

/** The most shares of which none is left without a rollout. */
export function sharesAtMost(settings: Omit<Divided, "shard">): number {
  return Math.ceil(settings.rollouts / together(settings));
}

function together({ parallel }: Pick<Divided, "parallel">): number {
  return parallel === "auto" ? 1 : parallel;
}

import type { SpeedTest } from "../engine/llama/speed-test.ts";
import type { Settings } from "../settings/settings.ts";

/** What is to be measured: lists make a grid, as in llama-bench. */
export interface SpeedPlan {
  /** 0: no such test. */
  readonly prompts: readonly number[];
  readonly generations: readonly number[];
  readonly depths: readonly number[];
  /** Whether tokens are generated without sampling, with it, or each. */
  readonly sampled: readonly boolean[];
  /** Every combination of settings, the first setting slowest. */
  readonly settings: readonly Settings[];
}

/** One cell of the grid. */
export interface Cell {
  readonly settings: Settings;
  readonly test: SpeedTest;
}

/** Every test under every combination of settings, prompts before generations, depths slowest, as llama-bench orders them. */
export function cellsOf({ prompts, generations, depths, sampled, settings }: SpeedPlan): Cell[] {
  const testsAt = (depth: number): SpeedTest[] => [
    ...prompts.map((tokens) => ({ kind: "pp" as const, tokens, depth, sampled: false })),
    ...generations.flatMap((tokens) =>
      sampled.map((isSampled) => ({ kind: "tg" as const, tokens, depth, sampled: isSampled })),
    ),
  ];
  return settings.flatMap((one) =>
    depths
      .flatMap(testsAt)
      .filter(({ tokens }) => tokens > 0)
      .map((test) => ({ settings: one, test })),
  );
}

/** As llama-bench calls it: "pp512", "tg128 @ d1024"; what it has not is said behind: "tg128 sampled". */
export function testName({ kind, tokens, depth, sampled }: SpeedTest): string {
  return `${kind}${tokens}${sampled ? " sampled" : ""}${depth === 0 ? "" : ` @ d${depth}`}`;
}

/** All combinations of one value from each list, the last list fastest. */
export function combinations<Value>(lists: readonly (readonly Value[])[]): Value[][] {
  return lists.reduce<Value[][]>(
    (all, list) => all.flatMap((before) => list.map((value) => [...before, value])),
    [[]],
  );
}

/**
 * Whole numbers as llama-bench's lists have them: "512", "0,1024", "128-512*2", "1-4", "1-9+4".
 *
 * @returns null where it is none
 */
export function numberList(text: string): number[] | null {
  const found: number[] = [];
  for (const part of text.split(",")) {
    const match = /^(\d+)(?:-(\d+)(?:([+*])(\d+))?)?$/.exec(part);
    if (match === null) return null;
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    const step = Number(match[4] ?? 1);
    const next = (value: number): number => (match[3] === "*" ? value * step : value + step);
    if (last > largest || last < first || (last > first && next(first) <= first)) return null;
    for (let value = first; value <= last; value = next(value)) {
      if (found.push(value) > mostValues) return null;
    }
  }
  return found;
}

const largest = 100_000_000;
/** No grid of more in one direction is meant. */
const mostValues = 1000;

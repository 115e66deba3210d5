import { bytesText, partText, significant } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** Repetitions that tell a trend: whatever they say on average, the machine was not the same throughout. */
export function repetitionsDrifted(label: string, ratio: number): string {
  return `${label}: its repetitions drifted. The last was ${changeText(ratio)} than the first, beyond their noise, so the machine changed meanwhile (heat, other load): measure again when it is quiet.`;
}

/** That threads had no core while a test ran. @param share CPU time over durations times the threads that can run */
export function coresTaken(label: string, share: number): string {
  return `${label}: its threads were without a core for ${partText(1 - share)} of the time: other programs ran, or the model was read from disk, and the test is slower for it.`;
}

export interface SpeedChange {
  readonly label: string;
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly id: number;
  readonly day: string;
  /** llama.cpp's release then and now, where they differ. */
  readonly releases: readonly [string, string] | null;
  /** What came of the same settings then and now. */
  readonly used: readonly [UsedOfMachine, UsedOfMachine];
}

/** What `auto` came to. */
interface UsedOfMachine {
  readonly threads: number;
  readonly layers: number;
  readonly backend: string;
}

/** What a test gave before, on this machine with the same file and settings: where the interval tells, or none can. */
export function changedSince({ label, ratio, low, high, id, day, releases, used }: SpeedChange): string {
  const before = `test ${id} of ${day}${releases === null ? "" : ` (llama.cpp ${releases[0]}, now ${releases[1]})`}${usedOtherwise(used)}`;
  const what = `${label}: ${changeText(ratio)} than ${before}`;
  if (low === null || high === null) return `${what}; too few repetitions to say whether that is noise.`;
  return `${what} (95 %: ${signedPercent(low)} to ${signedPercent(high)} %).`;
}

/** A test is slower than --fail-slower allows. */
export function slowerThanAllowed(failure: {
  label: string;
  ratio: number;
  isLow: boolean;
  id: number;
  allowed: number;
  used: SpeedChange["used"];
}): string {
  const { label, ratio, isLow, id, allowed, used } = failure;
  const how = isLow ? "may be as much as " : "is ";
  return `${label}: ${how}${changeText(ratio)} than test ${id}${usedOtherwise(used)}, at most ${significant(allowed)} % was asked for.`;
}

/** " (4 threads then, 3 now)"; nothing where the same came of the same settings. */
function usedOtherwise([then, now]: SpeedChange["used"]): string {
  const told = [
    ...(then.backend === now.backend ? [] : [`${then.backend} then, ${now.backend} now`]),
    ...(then.layers === now.layers
      ? []
      : [`${counted(then.layers, "layer")} on the GPU then, ${now.layers} now`]),
    ...(then.threads === now.threads ? [] : [`${counted(then.threads, "thread")} then, ${now.threads} now`]),
  ];
  return told.length === 0 ? "" : ` (${told.join("; ")})`;
}

/** A limit cannot be held against a test that nobody measured before. */
export function nothingToHoldAgainst(label: string, hasEarlier: boolean): string {
  const why = hasEarlier
    ? "it and the test before have too few repetitions for an interval"
    : "there is no earlier test of the same model, machine and settings in this file";
  return `${label}: ${why}, so nothing shows that it is not slower.`;
}

/** What the column of memory is a share of. */
export function memoryRead(memory: { bytesPerSecond: number; threads: number }): string {
  return `Memory: ${counted(memory.threads, "thread")} together read ${bytesText(memory.bytesPerSecond)} a second here. The column says how much of that generating takes, by the weights and the cache that each step reads.`;
}

/** What the columns beside ours are, where another program measured the same in turns with ours. */
export function besideTheirs({
  program,
  build,
  pairs,
}: {
  program: string;
  build: string;
  pairs: number;
}): string {
  return `${program}: the same tests by it (build ${build}), in turns with ours, ${counted(pairs, "pair")}. The ratio is ours over theirs, of medians; above 1 ours is faster.`;
}

/** What a prompt's test leaves out where the binding cannot do it. */
export function lastLogitsLeftOut(label: string): string {
  return `${label}: the logits of the prompt's last token were left out, a little less work than llama-bench's.`;
}

/** Tokens that were sampled are other work than llama-bench's. */
export function sampledMeans(): string {
  return `"sampled": each token is sampled and goes in next, as in a conversation; the others are llama-bench's work, evaluating alone.`;
}

export function noSpeedTest(): string {
  return "There is no test of speed in this file. Measure one: longhaul speed MODEL";
}

/** Of `verify`: each is held against its seal, since nothing of it can be computed again. */
export function speedTestsVerified(count: number, broken: readonly string[]): string {
  const all = `${counted(count, "test")} of speed`;
  return broken.length === 0
    ? `${all}: every seal holds`
    : `${all}: changed since it was written: ${broken.join(", ")}`;
}

/** "4.2 % slower", "31 % faster" */
function changeText(ratio: number): string {
  return `${significant(Math.abs(ratio - 1) * 100, 2)} % ${ratio < 1 ? "slower" : "faster"}`;
}

function signedPercent(ratio: number): string {
  const text = significant((ratio - 1) * 100, 2);
  return ratio > 1 ? `+${text}` : text;
}

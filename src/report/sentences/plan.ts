import { bytesText, durationText } from "../words/numbers.ts";

/**
 * What a suite takes: `ms` to `mostMs` of the trials whose length is known and `bytes` of the largest one, null where none
 * is known.
 */
export function planTotal({
  ms,
  mostMs,
  lengthsUnknown,
  bytes,
}: {
  readonly ms: number | null;
  readonly mostMs: number | null;
  readonly lengthsUnknown: number;
  readonly bytes: number | null;
}): string {
  const also = lengthsUnknown === 0 ? "" : `, and ${lengthsUnknown} of unknown length`;
  const time =
    ms === null ? "How long it takes is unknown" : `About ${durationRange(ms, mostMs)} in all${also}`;
  const memory =
    bytes === null ? "how much memory is unknown" : `at most ${bytesText(bytes)} of memory at a time`;
  return `${time}; ${memory}.`;
}

/** "2.3 s", "2.3 s to 15 s" where it depends on results. @param mostMs null: not known */
export function durationRange(ms: number, mostMs: number | null): string {
  if (mostMs === null) return `${durationText(ms)} or more`;
  return mostMs === ms ? durationText(ms) : `${durationText(ms)} to ${durationText(mostMs)}`;
}

/** That trials were not carried out, since another of the same settings stands for them. */
export function trialsShared(count: number): string {
  return `${count} with the settings of another`;
}

/** Why the rows of shares may not be those of one run of the whole. */
export function sharesMayDiffer(because: "parallel" | "until"): string {
  const [why, cure] =
    because === "parallel"
      ? [
          "each machine chooses how many rollouts it evaluates together (parallel: auto)",
          "set it to a number, such as parallel: 8",
        ]
      : [
          "rollouts that end at their first error make room for the next ones (until: first-error)",
          "use until: end",
        ];
  return `Near ties may come out otherwise than in one run of the whole, since ${why}; where rows have to be equal, ${cure}.`;
}

/** That each share ends at the floor by its own answers. */
export function sharesFloorAlone(): string {
  return "Each share asks until its own answers are at the floor (stopAtFloor), so together they ask more than one run of the whole.";
}

/** That a share has nothing at all. @param trial the one that was asked for; null: all */
export function nothingToDo(shard: string, trial: string | null): string {
  return trial === null
    ? `Nothing of the suite is left for share ${shard}: fewer shares would do.`
    : `Nothing of trial ${trial} is left for share ${shard}: other shares play it.`;
}

/** That a share has nothing of some trials. */
export function nothingOfTrials(shard: string, trials: number): string {
  const what = trials === 1 ? "one trial" : `${trials} trials`;
  return `Share ${shard} has no rollout of ${what}: there are fewer rollouts than shares, or fewer groups of those that are played at a time, which stay together.`;
}

/** Bytes in the GPU's memory and in the computer's. */
interface Sides {
  readonly gpuBytes: number;
  readonly cpuBytes: number;
}

/** What a model takes, and how many of its layers are on the GPU. */
export interface Placed {
  readonly memory: {
    readonly weights: Sides;
    /** Null: not known apart from the buffers. */
    readonly kvCache: Sides | null;
    readonly buffers: Sides;
    readonly programBytes: number;
  };
  readonly layers: { readonly onGpu: number; readonly all: number };
}

/** What goes where: "weights 97 MB, KV cache 24 MB, buffers 4 MB, program 0.2 GB; all on the CPU". */
export function memoryPlaces({ memory, layers: { onGpu, all } }: Placed): string {
  const { weights, kvCache, buffers, programBytes } = memory;
  const parts = (side: keyof Sides): string =>
    [
      `weights ${bytesText(weights[side])}`,
      ...(kvCache === null ? [] : [`KV cache ${bytesText(kvCache[side])}`]),
      `${kvCache === null ? "KV cache and buffers" : "buffers"} ${bytesText(buffers[side])}`,
    ].join(", ");
  const onCpu = `${parts("cpuBytes")}, program ${bytesText(programBytes)}`;
  const isGpuFree = [weights, kvCache, buffers].every((part) => (part?.gpuBytes ?? 0) === 0);
  if (onGpu === 0 && isGpuFree) return `${onCpu}; all on the CPU`;
  const share = onGpu === all ? `all ${all}` : `${onGpu} of ${all}`;
  return `${share} layers on the GPU: ${parts("gpuBytes")}; on the CPU: ${onCpu}`;
}

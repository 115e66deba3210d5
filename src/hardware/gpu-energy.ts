/** What a graphics card says of itself; null: it does not tell. */
export interface GpuState {
  readonly watts: number | null;
  readonly celsius: number | null;
}

/** Between two samples there may be so much; beyond it nobody knows what was taken. */
const longestGapMs = 60_000;

/** Energy of NVIDIA cards, from the power that they take at moments: the area below, straight between two of them. */
export class GpuEnergy {
  #samples = 0;
  #lastMs: number;
  #lastWatts: number | null = null;
  #joules: number | null = 0;
  /** Of the hottest at the first sample. */
  firstCelsius: number | null = null;
  lastCelsius: number | null = null;

  constructor(startMs: number) {
    this.#lastMs = startMs;
  }

  /** @param states of all cards; null: they could not be asked */
  sample(nowMs: number, states: readonly GpuState[] | null): void {
    if (states === null || states.length === 0) return;
    const watts = sumOf(states);
    this.#add(nowMs, watts);
    const celsius = hottestOf(states);
    if (this.#samples === 0) this.firstCelsius = celsius;
    this.lastCelsius = celsius;
    this.#samples++;
  }

  /** Up to that moment, at the last power from the last sample on; null: no card, or not told all the time. */
  joulesUntil(nowMs: number): number | null {
    if (this.#samples === 0) return null;
    this.#add(nowMs, this.#lastWatts);
    return this.#joules;
  }

  #add(nowMs: number, watts: number | null): void {
    const gapMs = nowMs - this.#lastMs;
    // Before the first sample: as at the first.
    const before = this.#samples === 0 ? watts : this.#lastWatts;
    const isKnown = this.#joules !== null && watts !== null && before !== null && gapMs <= longestGapMs;
    this.#joules = isKnown ? (this.#joules ?? 0) + (((before + watts) / 2) * gapMs) / 1000 : null;
    this.#lastMs = nowMs;
    this.#lastWatts = watts;
  }
}

/** What `nvidia-smi` answers to {@link gpuQuery}; null: not understood, so that it is no such answer. */
export function parseGpuStates(csv: string): GpuState[] | null {
  const lines = csv.split("\n").filter((line) => line.trim() !== "");
  const states = lines.map((line) => {
    const [watts, celsius] = line.split(",").map(numberOf);
    return watts === undefined || celsius === undefined ? null : { watts, celsius };
  });
  return states.some((state) => state === null) ? null : (states as GpuState[]);
}

/** Arguments for `nvidia-smi`: a line for each card. */
export const gpuQuery = ["--query-gpu=power.draw,temperature.gpu", "--format=csv,noheader,nounits"] as const;

/** "[N/A]" and its like are null. */
function numberOf(text: string): number | null {
  const number = Number(text.trim());
  return text.trim() === "" || !Number.isFinite(number) ? null : number;
}

function sumOf(states: readonly GpuState[]): number | null {
  return states.reduce<number | null>(
    (sum, { watts }) => (sum === null || watts === null ? null : sum + watts),
    0,
  );
}

function hottestOf(states: readonly GpuState[]): number | null {
  const known = states.flatMap(({ celsius }) => (celsius === null ? [] : [celsius]));
  return known.length === 0 ? null : Math.max(...known);
}

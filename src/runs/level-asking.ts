import { EngineError, InterruptedError, messageOf } from "../errors.ts";
import type { LevelSearch } from "../settings/level-search.ts";
import { type Level, levels } from "../tasks/levels.ts";
import { AskedChild } from "./asked-child.ts";
import { type Probed, type ProbeJob, LevelProber } from "./level-prober.ts";
import { probesAtMost } from "./level-probes.ts";
import { isDecided, type LevelShare, type Probe, shareOf } from "./level-share.ts";
import type { LevelSubject } from "./level-subject.ts";
import { trialPatience } from "./watchdog.ts";

type ProbeRequest = { readonly type: "probe"; readonly probeJob: ProbeJob };
type ProbeAnswer = { readonly type: "probed"; readonly probed: Probed };

/** A model, and what is known of it. */
export interface AskedModel {
  readonly subject: LevelSubject;
  readonly probes: Map<string, readonly Probe[]>;
  last: Probed | null;
  /** Why it is asked no more; null: it is. */
  error: string | null;
}

/**
 * Asks models on levels: those of files in a child, which loads each once as long as no other is asked in between,
 * simulated ones here. What was asked once is known.
 */
export class LevelAsking {
  readonly models: readonly AskedModel[];
  readonly #child: AskedChild<ProbeRequest, ProbeAnswer>;
  readonly #prober = new LevelProber();
  #isInterrupted = false;

  constructor(subjects: readonly LevelSubject[]) {
    this.models = subjects.map((subject) => ({
      subject,
      probes: new Map(),
      last: null,
      error: subject.error,
    }));
    this.#child = new AskedChild(trialPatience(Math.max(0, ...subjects.map(({ bytes }) => bytes))));
  }

  interrupt(): void {
    this.#isInterrupted = true;
    this.#child.kill();
    this.#prober.interrupt();
  }

  async close(): Promise<void> {
    this.#child.close();
    await this.#prober.close();
  }

  /**
   * Null where the model gave no answer; where it failed it says why.
   *
   * @throws InterruptedError after an interrupt
   */
  async ask(asked: AskedModel, level: Level, isWhole: boolean, leftMs: number): Promise<LevelShare | null> {
    const { subject, probes } = asked;
    const done = probes.get(level.name) ?? [];
    const isKnown = done.length >= probesAtMost || (!isWhole && done.length > 0 && isDecided(shareOf(done)));
    if (isKnown) return shareOf(done);
    try {
      asked.last = await this.#probed(subject, { ...subject.job(level, { done, isWhole }), leftMs });
      probes.set(level.name, asked.last.probes);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      asked.error = messageOf(error);
    }
    if (this.#isInterrupted) throw new InterruptedError("interrupted");
    const found = probes.get(level.name) ?? [];
    return found.length === 0 ? null : shareOf(found);
  }

  /** What was asked and answered, as it is stored. */
  get record(): LevelSearch["models"] {
    return this.models.map(({ subject, probes, error }) => ({
      model: subject.name,
      tried: levels.flatMap(({ name }) => triedOf(name, probes.get(name) ?? [])),
      error,
    }));
  }

  /** Of all runs together, in milliseconds; models that were not asked yet count as those that were. Null: not known. */
  get forecastMs(): number | null {
    const known = this.models.flatMap(({ subject, last }) =>
      last === null ? [] : (subject.forecastMs(last.rates) ?? []),
    );
    if (known.length === 0) return null;
    return (known.reduce((sum, ms) => sum + ms, 0) * this.models.length) / known.length;
  }

  async #probed({ name, bytes }: LevelSubject, probeJob: ProbeJob): Promise<Probed> {
    if (bytes === 0) return this.#prober.probe(probeJob, () => undefined);
    const { probed } = await this.#child.ask({ type: "probe", probeJob }, { subject: name });
    return probed;
  }
}

function triedOf(level: string, probes: readonly Probe[]): LevelSearch["models"][number]["tried"] {
  if (probes.length === 0) return [];
  const { n, correct, readable, low, high } = shareOf(probes);
  return [{ level, n, right: correct, readable, low, high }];
}

import type { Llama } from "node-llama-cpp";
import { cpuMs, nowMs } from "../../clock.ts";
import { CoreUse, quotaCores } from "../../hardware/cores.ts";
import type { BatchMark, ThreadPlan } from "../../hardware/facts.ts";
import { ThreadGovernor } from "./threads/governor.ts";
import type { Work } from "./threads/like-times.ts";
import type { ResolvedThreads } from "./resolve-threads.ts";

/** How a batch was evaluated. */
export interface ThreadsUsed {
  readonly threads: number;
  readonly cpuMs: number;
  readonly mark: BatchMark | null;
}

/** The same, and what it tells of the batch before. */
interface Ended {
  readonly used: ThreadsUsed;
  /** Null: nothing that was not known. */
  readonly markBefore: BatchMark | null;
}

/** Gives each native batch its threads, and sees how it went. */
export class BatchThreads {
  readonly #llama: Pick<Llama, "maxThreads">;
  readonly #plan: ThreadPlan;
  /** Null: the threads are as they were asked for, whatever happens. */
  readonly #governor: ThreadGovernor | null;
  #begun: {
    readonly work: Work;
    readonly threads: number;
    readonly cpu: number;
    readonly switches: number;
  } | null = null;

  readonly #lost: () => number;

  constructor(
    llama: Pick<Llama, "maxThreads">,
    { plan, by, isDisturbed, most }: ResolvedThreads,
    system: System = thisSystem(),
  ) {
    this.#llama = llama;
    this.#lost = system.lost;
    this.#plan = plan;
    if (by !== "measured") {
      this.#governor = null;
      return;
    }
    this.#governor = new ThreadGovernor({
      plan,
      // Measured while others had cores: more may be faster when they are free.
      aim: isDisturbed === true ? most : null,
      takenByOthers: system.takenByOthers,
    });
  }

  /** Called before a batch's clock starts. */
  begin(work: Work): void {
    const threads = this.#governor?.threadsFor(work, nowMs()) ?? this.#plan[work.shape];
    this.#llama.maxThreads = threads;
    this.#begun = { work, threads, cpu: cpuMs(), switches: this.#lost() };
  }

  /**
   * Called after a batch's clock has stopped.
   *
   * @param ms that it took
   * @param known what kept it from its usual speed, where that is known: then it says nothing of threads
   */
  end(ms: number, known: BatchMark | null): Ended {
    const begun = this.#begun;
    if (begun === null) throw new Error("no batch is under way");
    this.#begun = null;
    const { work, threads } = begun;
    const spentMs = cpuMs() - begun.cpu;
    const switches = hasSwitches ? this.#lost() - begun.switches : null;
    const busy = known === null ? (this.#governor?.ended(work, threads, { ms, switches }, nowMs()) ?? 0) : 0;
    return {
      used: { threads, cpuMs: spentMs, mark: known ?? (busy > 0 ? "busy" : null) },
      markBefore: busy > 1 ? "busy" : null,
    };
  }
}

/** Windows does not count them. */
const hasSwitches = process.platform !== "win32";

/** What the system tells; tests make another. */
interface System {
  /** How often it has taken a core from a thread of this process that wanted to go on. */
  readonly lost: () => number;
  /** Cores that other processes kept busy since it was asked last; null: not known. */
  readonly takenByOthers: () => number | null;
}

function thisSystem(): System {
  const use = new CoreUse();
  const quota = quotaCores();
  return {
    lost: () => process.resourceUsage().involuntaryContextSwitches,
    takenByOthers: () => use.takenByOthers(quota),
  };
}

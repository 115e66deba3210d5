import type { Llama } from "node-llama-cpp";
import { cpuMs, nowMs } from "../../clock.ts";
import { CoreUse, quotaCores } from "../../hardware/cores.ts";
import type { BatchMark, ThreadPlan } from "../../hardware/facts.ts";
import { ThreadGovernor, type Work } from "./threads/governor.ts";
import type { ResolvedThreads } from "./resolve-threads.ts";

/** How a batch was evaluated. */
export interface ThreadsUsed {
  readonly threads: number;
  readonly cpuMs: number;
  readonly mark: BatchMark | null;
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

  constructor(llama: Pick<Llama, "maxThreads" | "gpu">, { plan, by, isDisturbed, most }: ResolvedThreads) {
    this.#llama = llama;
    this.#plan = plan;
    if (by !== "measured" || most < 2) {
      this.#governor = null;
      return;
    }
    const use = new CoreUse();
    const quota = quotaCores();
    // Measured while others had cores: so many for now, and more when they are free.
    const aim = isDisturbed === true ? { prefill: most, decodeOne: most, decodeAll: most } : plan;
    const limit = isDisturbed === true ? plan.decodeAll : null;
    this.#governor = new ThreadGovernor(aim, {
      takenByOthers: () => use.takenByOthers(quota),
      isCpuOnly: llama.gpu === false,
      limit,
    });
  }

  /** Called before a batch's clock starts. */
  begin(work: Work): void {
    const threads = this.#governor?.threadsFor(work, nowMs()) ?? this.#plan[work.shape];
    this.#llama.maxThreads = threads;
    const switches = process.resourceUsage().involuntaryContextSwitches;
    this.#begun = { work, threads, cpu: cpuMs(), switches };
  }

  /**
   * Called after a batch's clock has stopped.
   *
   * @param ms that it took
   * @param known what kept it from its usual speed, where that is known: then it says nothing of threads
   */
  end(ms: number, known: BatchMark | null): ThreadsUsed {
    const begun = this.#begun;
    if (begun === null) throw new Error("no batch is under way");
    this.#begun = null;
    const { work, threads } = begun;
    const measured = {
      ms,
      cpuMs: cpuMs() - begun.cpu,
      switches: process.resourceUsage().involuntaryContextSwitches - begun.switches,
    };
    const mark = known ?? this.#governor?.ended(work, threads, measured, nowMs()) ?? null;
    return { threads, cpuMs: measured.cpuMs, mark };
  }
}

import { messageOf, UsageError } from "../errors.ts";
import type { Flags } from "./flag-reader.ts";
import { nowMs } from "../clock.ts";
import { outputPlace } from "./output-place.ts";
import { type PageFile, writePage } from "./page-file.ts";
import { complain } from "./terminal.ts";

/** The page is written at most so often, and takes at most a twentieth of the time. */
const leastPauseMs = 3_000;
const pausePerWork = 19;

/** The page that `--report` asks for, or null. @throws UsageError for `--live` without it */
export function livePage(flags: Flags, dbPath: string): LivePage | null {
  const output = outputPlace(flags, "report", dbPath);
  if (flags["report"] === "-") throw new UsageError("--report -: a page needs a file. Name one.");
  if (output !== null)
    return new LivePage({ dbPath, output, title: null, isLive: flags["live"] === true, isAcross: false });
  if (flags["live"] === true)
    throw new UsageError("--live: there is no page to load again. Add --report FILE.");
  return null;
}

/**
 * Keeps a page current while runs go on. Written by the process that shows progress, from what is committed: the one
 * that measures knows nothing of it.
 */
class LivePage {
  readonly #file: PageFile;
  /** Where the rows are while runs go on. */
  goingPath: string;
  #wanted: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(file: PageFile) {
    this.#file = file;
    this.goingPath = file.dbPath;
    this.#schedule(leastPauseMs);
  }

  /** A run that the page is to show; without any it shows what belongs together in the file. */
  add(runId: number): void {
    this.#wanted.push(String(runId));
  }

  /**
   * Writes the last state, which no longer loads itself again. A page that cannot be written hides no result.
   *
   * @returns whether it was written
   */
  async finish(): Promise<boolean> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#writing;
    return this.#write({ ...this.#file, isLive: false });
  }

  #schedule(pauseMs: number): void {
    this.#timer = setTimeout(() => {
      const start = nowMs();
      this.#writing = this.#write({ ...this.#file, dbPath: this.goingPath }).then(() => {
        this.#schedule(Math.max(leastPauseMs, pausePerWork * (nowMs() - start)));
      });
    }, pauseMs);
    // The timer alone must not keep the process alive.
    this.#timer.unref();
  }

  /** A page that cannot be written now must not end a run that took hours. */
  async #write(file: PageFile): Promise<boolean> {
    try {
      await writePage(file, this.#wanted);
      return true;
    } catch (error) {
      complain(`the page was not written: ${messageOf(error)}`);
      return false;
    }
  }
}

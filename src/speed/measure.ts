import { EngineError, InterruptedError, messageOf } from "../errors.ts";
import { type CheckedModel, checkModel } from "../gguf/check.ts";
import { hashModel } from "../gguf/hash.ts";
import { recordModel } from "../store/append.ts";
import { openDatabase } from "../store/database.ts";
import type { Measured, OneModel, SpeedAsked, SpeedView } from "./asked.ts";
import { SpeedChild } from "./child.ts";
import { cellsOf, testName } from "./grid.ts";
import { measureCell } from "./measure-cell.ts";
import { measureChat } from "./measure-chat.ts";
import { recorderOf } from "./record.ts";

export interface SpeedMeasured {
  /** Rows that were written, in order. */
  readonly ids: readonly number[];
  readonly failures: number;
}

/**
 * Measures every test of every model, one after the other, and writes each as soon as it is done. One that fails is told
 * and left out.
 *
 * @param signal ends it at once; what was finished stays
 */
export async function measureSpeed(
  asked: SpeedAsked,
  view: SpeedView,
  signal: AbortSignal,
): Promise<SpeedMeasured> {
  const database = openDatabase(asked.dbPath);
  const ids: number[] = [];
  let failures = 0;
  try {
    const recorder = await recorderOf(database, "plan" in asked.what, signal);
    for (const file of asked.files) {
      if (signal.aborted) break;
      try {
        const model = await checkModel(file);
        const sha256 = await hashModel(model.parts, {
          onProgress: (done, total) => view.onHash(model.name, done, total),
          signal,
        });
        const modelId = recordModel(database, { ...model, sha256 });
        failures += await measureModel(model, asked, { view, signal }, async (measured) => {
          ids.push(await recorder(modelId, model, measured));
        });
      } catch (error) {
        if (error instanceof InterruptedError) break;
        if (!(error instanceof EngineError)) throw error;
        failures++;
        view.onFailure(file.name ?? file.path, "", messageOf(error));
      }
    }
  } finally {
    database.close();
  }
  return { ids, failures };
}

/** Each test of one model, in a process of its own. @returns how many failed */
async function measureModel(
  model: CheckedModel,
  asked: SpeedAsked,
  { view, signal }: Pick<OneModel, "view" | "signal">,
  record: (measured: Measured) => Promise<void>,
): Promise<number> {
  const one: OneModel = { model, child: new SpeedChild(model.bytes), asked, view, signal };
  const onAbort = (): void => one.child.stop();
  signal.addEventListener("abort", onAbort);
  let failures = 0;
  try {
    for (const { name, measure } of testsOf(one)) {
      if (signal.aborted) break;
      try {
        await record(await measure());
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (!signal.aborted) view.onFailure(model.name, name, messageOf(error));
        failures++;
      } finally {
        view.onTestEnd();
      }
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    one.child.close();
  }
  return failures;
}

interface NamedTest {
  readonly name: string;
  readonly measure: () => Promise<Measured>;
}

function testsOf(one: OneModel): NamedTest[] {
  const { what } = one.asked;
  if ("chat" in what)
    return what.chat.cached.map((isCached) => ({
      name: what.chat.file.file,
      measure: () => measureChat(one, what.chat, isCached),
    }));
  return cellsOf(what.plan).map((cell) => ({
    name: testName(cell.test),
    measure: () => measureCell(one, cell),
  }));
}

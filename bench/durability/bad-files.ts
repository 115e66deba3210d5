/**
 * Damaged models, and who says what is wrong with them: the check of `src/gguf`, and the worker process when it gets the
 * same file unchecked (counting tokens, then a run of one turn). One line of JSON a file.
 * usage: npm run build && npx tsx bench/durability/bad-files.ts SEED FILES RESULT.jsonl [KIND...]   (Linux: it reads /proc)
 */
import { chatOptionsOf } from "../../src/runs/chat-options.ts";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Mutant, mutateGguf, mutationKinds } from "../../scripts/mutate-gguf.ts";
import { nowMs } from "../../src/clock.ts";
import { EngineError, messageOf } from "../../src/errors.ts";
import { checkModel } from "../../src/gguf/check.ts";
import { findModels } from "../../src/gguf/files.ts";
import { Random } from "../../src/random.ts";
import type { Inspection, InspectionJob } from "../../src/runs/inspect.ts";
import type { Trial } from "../../src/runs/trial.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";
import { openDatabase } from "../../src/store/database.ts";
import { writeTinyGemma } from "../../test/engine/llama/tiny-gemma.ts";
import { writeTinyLlama } from "../../test/engine/llama/tiny-llama.ts";
import { newRun } from "../../test/store/builders.ts";

/** What became of one file. */
export interface Outcome extends Omit<Mutant, "bytes"> {
  readonly file: number;
  readonly model: string;
  /** The check's refusal, without the file's name; null where it finds nothing wrong. */
  readonly refusal: string | null;
  /** Where the worker got to. */
  readonly stage: "inspection" | "run" | "end";
  /** The worker's words; null where it got to the end. */
  readonly words: string | null;
  /** Why this script ended the worker. */
  readonly killed: "time" | "memory" | null;
  /** Whether its turn reads as the undamaged model's; null where it did not get there. */
  readonly isSameText: boolean | null;
  readonly seconds: number;
}

interface Good {
  readonly name: string;
  readonly bytes: Buffer;
  readonly template: string;
  readonly text: string;
}

type Child = Pick<Outcome, "stage" | "words" | "killed"> & { readonly text: string | null };

// Built, so that a worker need not be compiled each time.
const built = new URL("../../dist/runs/supervise.js", import.meta.url).href;
const { superviseTrial } = (await import(built)) as typeof import("../../src/runs/supervise.ts");
const builtInspector = new URL("../../dist/runs/inspector.js", import.meta.url).href;
const { Inspector } = (await import(builtInspector)) as typeof import("../../src/runs/inspector.ts");
const builtWatchdog = new URL("../../dist/runs/watchdog.js", import.meta.url).href;
const { trialPatience } = (await import(builtWatchdog)) as typeof import("../../src/runs/watchdog.ts");
const answerLimit = 32;
const secondsMax = 60;
const memoryBytesMax = 4e9;
const settings: Settings = {
  ...standardSettings,
  turns: 1,
  rollouts: 1,
  shots: 1,
  dictionarySize: 5,
  gpu: "off",
};

const [seed = "1", files = "100", result = "", ...named] = process.argv.slice(2);
const kinds = named.length > 0 ? named : mutationKinds;
const folder = mkdtempSync(join(tmpdir(), "longhaul-bad-"));
let killed: Outcome["killed"] = null;
let childStartMs = nowMs();
const watch = setInterval(endExcess, 100);
await compareAll();
clearInterval(watch);
rmSync(folder, { recursive: true });

async function compareAll(): Promise<void> {
  const goods = await goodModels();
  for (let file = 0; file < Number(files); file++) {
    const random = new Random(Number(seed), "bad-file", file);
    const kind = kinds[file % kinds.length] ?? "";
    const good = random.pick(goods);
    const { bytes, ...mutant } = mutateGguf(good.bytes, kind, random);
    const path = join(folder, "model.gguf");
    writeFileSync(path, bytes);
    const refusal = await refusalOf(path);
    const startMs = nowMs();
    const { text, ...child } = await childOf(path, good.template);
    const isSameText = child.stage === "end" ? text === good.text : null;
    const seconds = Number(((nowMs() - startMs) / 1000).toFixed(1));
    const outcome: Outcome = { file, model: good.name, ...mutant, refusal, ...child, isSameText, seconds };
    appendFileSync(result, `${JSON.stringify(outcome)}\n`);
  }
}

async function goodModels(): Promise<Good[]> {
  const shipped = join(import.meta.dirname, "../../models");
  const paths = readdirSync(shipped)
    .filter((name) => name.endsWith(".gguf"))
    .map((name) => join(shipped, name));
  const tiny = ["llama", "gemma2", "gemma3"].map((name) => join(folder, `tiny-${name}.gguf`));
  writeTinyLlama(tiny[0] ?? "");
  writeTinyGemma(tiny[1] ?? "", "gemma2");
  writeTinyGemma(tiny[2] ?? "", "gemma3");
  const goods: Good[] = [];
  for (const path of [...paths, ...tiny]) {
    const template = (await checkModel({ path, parts: [path] })).chatTemplate ?? "";
    const { stage, words, text } = await childOf(path, template);
    if (stage !== "end" || text === null) throw new Error(`${path} is no good model: ${words}`);
    goods.push({ name: basename(path), bytes: readFileSync(path), template, text });
  }
  return goods;
}

async function refusalOf(path: string): Promise<string | null> {
  try {
    for (const model of await findModels([path])) await checkModel(model);
    return null;
  } catch (error) {
    return messageOf(error).replaceAll(path, "").replace("model.gguf cannot be used: ", "");
  }
}

async function childOf(path: string, template: string): Promise<Child> {
  [killed, childStartMs] = [null, nowMs()];
  const job: InspectionJob = {
    modelPath: path,
    template: { text: template, source: "model" },
    settings,
    instances: null,
  };
  const inspector = new Inspector();
  let inspection: Inspection;
  try {
    inspection = await inspector.inspect(job);
  } catch (error) {
    const detail = error instanceof EngineError ? (error.detail ?? "") : "";
    return { stage: "inspection", words: `${messageOf(error)}\n${detail}`, killed, text: null };
  } finally {
    inspector.close();
  }
  return runOf(job, inspection);
}

async function runOf({ modelPath, template }: InspectionJob, inspection: Inspection): Promise<Child> {
  const dbPath = join(folder, "run.db");
  rmSync(dbPath, { force: true });
  const database = openDatabase(dbPath);
  const runId = newRun(database);
  const options = {
    ...settings,
    modelPath,
    chatTemplate: template,
    gpuLayers: 0,
    threads: 1,
    parallel: 1,
    contextLength: Math.min(8192, inspection.conversationTokens + answerLimit + 16),
    chat: chatOptionsOf(standardSettings),
    kvBytesPerToken: null,
  } as const;
  const trial: Trial = {
    dbPath,
    runId,
    settings,
    answerLimit,
    instances: null,
    isWatched: false,
    engine: { kind: "llama", options },
    expected: null,
  };
  const nothing = (): void => undefined;
  const hooks = { onProgress: nothing, onWatch: nothing, onInterruptible: nothing };
  const supervised = await superviseTrial(trial, hooks, trialPatience(1e6));
  const end = "end" in supervised ? supervised.end : supervised.crash;
  const rows = database.prepare("SELECT text FROM turn").all() as { text: string }[];
  database.close();
  const words = end.error ?? ("broken" in end ? end.broken?.because : null) ?? null;
  return { stage: words === null ? "end" : "run", words, killed, text: rows[0]?.text ?? null };
}

/** Ends a worker that takes too long or too much, as a user or the system would. */
function endExcess(): void {
  const own = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ");
  for (const pid of own.map(Number).filter((one) => one > 0 && isWorker(one))) {
    const isLate = nowMs() - childStartMs > secondsMax * 1000;
    if (!isLate && memoryOf(pid) < memoryBytesMax) continue;
    killed = isLate ? "time" : "memory";
    process.kill(pid, "SIGKILL");
  }
}

function isWorker(pid: number): boolean {
  return readProc(pid, "cmdline").includes("runs/worker.");
}

function memoryOf(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readProc(pid, "status"))?.[1] ?? 0);
}

/** Empty where the process is gone. */
function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

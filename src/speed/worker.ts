import { nowMs } from "../clock.ts";
import type { LlamaOptions } from "../engine/llama/options.ts";
import { SpeedModel } from "../engine/llama/speed-model.ts";
import { SpeedProbe } from "../engine/llama/speed-probe.ts";
import { dieWithParent } from "../runs/die-with-parent.ts";
import { failureOf } from "../runs/failure.ts";
import { NativeWork } from "../runs/native-work.ts";
import { realTime, Ticks } from "../runs/tick.ts";
import type { SpeedAnswer, SpeedRequest, TestJob } from "./messages.ts";
import { replayChat } from "./replay-chat.ts";

/** The process in which plain speed is measured. It keeps the model and the context of the last test. */

let loaded: SpeedModel | null = null;
let opened: { readonly key: string; readonly probe: SpeedProbe } | null = null;

const ticks = new Ticks(realTime, beat);
const work = new NativeWork(nowMs, (startMs) => ticks.heldUpSince(startMs));
dieWithParent(0);
// Sent before anything native is loaded.
beat();

// Ctrl-C reaches the whole process group; the parent decides what it means.
process.on("SIGINT", () => undefined);
process.on("message", (request: SpeedRequest) => void receive(request));
process.on("disconnect", () => process.exit(0));

async function receive(request: SpeedRequest): Promise<void> {
  // Ends what the last request began: the time between them is no batch's.
  worked();
  const onStep = (): void => send({ type: "step" });
  try {
    if (request.type === "test") {
      const probe = await probeFor(request.job);
      send({ type: "tested", result: await probe.measure(request.job.repetitions, onStep) });
    } else {
      await unload();
      send({ type: "chatted", result: await replayChat(request.job, { onStep, worked }) });
    }
  } catch (error) {
    send(failureOf(error));
  }
}

async function probeFor({ options, test }: TestJob): Promise<SpeedProbe> {
  const key = JSON.stringify([options, test]);
  if (opened?.key === key) return opened.probe;
  await opened?.probe.close();
  opened = null;
  const model = await modelFor(options);
  const probe = await SpeedProbe.open(model, options, test);
  opened = { key, probe };
  return probe;
}

async function modelFor(options: LlamaOptions): Promise<SpeedModel> {
  if (loaded?.serves(options) === true) return loaded;
  await unload();
  loaded = await SpeedModel.load(options, worked);
  return loaded;
}

async function unload(): Promise<void> {
  await opened?.probe.close();
  opened = null;
  await loaded?.close();
  loaded = null;
}

function beat(): void {
  send({ type: "alive", beat: work.beat });
}

function worked(tokens?: number): void {
  work.begin(tokens);
}

function send(message: SpeedAnswer): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

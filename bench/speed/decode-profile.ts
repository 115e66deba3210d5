/**
 * Where the time of a decode step of one conversation goes: the binding's native calls are timed from inside.
 * usage: UV_THREADPOOL_SIZE=1 npx tsx bench/speed/decode-profile.ts FILE.gguf [THREADS]
 */
import { getLlama, type Token } from "node-llama-cpp";

interface NativeContext {
  decodeBatch(): Promise<unknown>;
  sampleToken(...args: unknown[]): Promise<unknown>;
}

const [path = "", threads = "2"] = process.argv.slice(2);
const llama = await getLlama({
  gpu: false,
  build: "never",
  skipDownload: true,
  progressLogs: false,
  maxThreads: 0,
});
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({
  contextSize: 512,
  batchSize: 512,
  threads: Number(threads),
  sequences: 1,
  flashAttention: true,
});
const spent: Record<"decode" | "sample", number[]> = { decode: [], sample: [] };
// oxlint-disable no-underscore-dangle -- the binding's own name
const holder = context as unknown as { _ctx: NativeContext };
// Native methods cannot be replaced, so the object that holds them is.
holder._ctx = new Proxy(holder._ctx, {
  get(native, name: keyof NativeContext) {
    const value: unknown = native[name];
    if (typeof value !== "function") return value;
    const call = value.bind(native) as (...args: unknown[]) => Promise<unknown>;
    const times = name === "decodeBatch" ? spent.decode : name === "sampleToken" ? spent.sample : null;
    return times === null ? call : timed(call, times);
  },
});

const prompt = Array.from({ length: 128 }, (_, index) => (1000 + index) as Token);
const sequence = context.getSequence();
const steps: number[] = [];
for (let repetition = 0; repetition < 8; repetition++) {
  await sequence.clearHistory();
  let before = 0;
  let tokens = 0;
  for await (const _ of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    const now = performance.now();
    if (tokens++ > 0) steps.push(now - before);
    before = performance.now();
    if (tokens === 33) break;
  }
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const [step, decode, sample] = [median(steps), median(spent.decode), median(spent.sample)];
process.stdout.write(
  `a step ${step.toFixed(2)} ms: native decode ${decode.toFixed(2)}, native sampling ${sample.toFixed(2)}, the rest (queue, promises) ${(step - decode - sample).toFixed(2)}\n`,
);
process.exit(0);

function timed(
  call: (...args: unknown[]) => Promise<unknown>,
  times: number[],
): (...args: unknown[]) => Promise<unknown> {
  return async (...args) => {
    const start = performance.now();
    const result = await call(...args);
    times.push(performance.now() - start);
    return result;
  };
}

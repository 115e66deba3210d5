import { type Conditions, conditionsSchema } from "../../src/hardware/facts.ts";
import type { Conclusion, World } from "./world.ts";

const run = (name: string, spec = "", more = ""): string =>
  `run --quiet --engine scripted:p=0.97,seed={seed}${spec} --name ${name} --seed {seed} --rollouts 8 --turns 20 ${more}`.trim();

/** One run, of which rows say something else than they did. */
const shown = (tampering: string): World => ({ commands: [run("alpha"), "show 1"], tampering });

const marked = (mark: string): World => shown(`UPDATE batch SET mark = '${mark}' WHERE batch % 4 = 0`);

/**
 * As if there were so many cores and threads, and all conversations ran together: each batch keeps the threads at work for
 * so long, of which they have cores for a share, and then one thread samples.
 */
const working = (work: {
  readonly cores: number;
  readonly share: number;
  readonly samplingMs: number;
  readonly threads?: number;
  readonly prefillMs?: number;
}): World => {
  const { cores, share, samplingMs, threads = cores, prefillMs = 900 } = work;
  const workMs = `iif(decode_tokens = 0, ${prefillMs}, 30)`;
  return shown(`UPDATE machine SET logical_cores = ${cores}, facts = NULL;
    UPDATE batch SET conversations = 32, threads = ${threads}, start_ms = 1000 * batch,
      end_ms = 1000 * batch + ${workMs} + ${samplingMs},
      cpu_ms = ${Math.min(cores, threads)} * ${share} * ${workMs} + ${samplingMs}`);
};

/** What 32 tokens of a vocabulary of 49k take, and of one of 262k. */
const [someMs, manyMs] = [4.5, 22.5];

/** Whether others had cores when its threads were chosen. */
const chosen = (isDisturbed: boolean | null): World =>
  shown(
    `UPDATE run SET tuning = '${JSON.stringify({
      threads: { prefill: 2, decodeOne: 2, decodeAll: 2 },
      ...{ threadsBy: "measured", tried: [], isDisturbed, conversationsTried: [], parallelBecause: null },
    })}'`,
  );

const conditioned = (conditions: Partial<Conditions>): string => {
  const unknown = Object.fromEntries(Object.keys(conditionsSchema.shape).map((name) => [name, null]));
  return `UPDATE run SET conditions = '${JSON.stringify({ ...unknown, ...conditions })}'`;
};

const under = (conditions: Partial<Conditions>): World => shown(conditioned(conditions));

/** Two models, each under conditions of its own. */
const apart = (first: Partial<Conditions>, second: Partial<Conditions>): World => ({
  commands: [run("alpha"), run("beta", ",decode-ms=14"), "compare"],
  tampering: `${conditioned(first)} WHERE id = 1; ${conditioned(second)} WHERE id = 2`,
});

/** As a run of a real model by an earlier version says it. */
const early = "UPDATE run SET engine = 'llama', versions = json_remove(versions, '$.clock')";
const today = "UPDATE run SET engine = 'llama', versions = json_set(versions, '$.clock', '2')";

const two = (...statements: readonly string[]): World => ({
  commands: [run("alpha"), run("alpha", "", "--seed 1{seed}"), "compare --metric speed"],
  tampering: statements.join(";"),
});

/** Decode batches of a single conversation, which take so long, one or two hundredths more or less. */
const alone = (runId: number, ms: number): string =>
  `INSERT INTO batch (run_id, batch, phase, start_ms, end_ms, conversations, prefill_tokens, decode_tokens)
    SELECT run_id, batch + 100000, 'one', 0, ${ms} * (1 + 0.01 * (batch % 3)), 1, 0, 1 FROM batch
    WHERE run_id = ${runId} AND phase = 'run' AND decode_tokens > 0 LIMIT 60`;

/** Alpha decodes faster together; alone both take as long as given. */
const beside = (alphaMs: number, betaMs: number): World => ({
  commands: [run("alpha", ",decode-ms=10"), run("beta", ",decode-ms=14"), "compare --metric speed"],
  tampering: [alone(1, alphaMs), alone(2, betaMs)].join(";"),
});

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "speed.markedTimeLeftOut",
    pattern:
      /\d+ % of the batches' time was left out of the rates of prefill and decode, though not of the times of first and next tokens: a core was taken by another process \(with all of it: (prefill [\d,.]+, )?decode \d+ tokens\/s\)/,
    said: marked("busy"),
    unsaid: marked("slept"),
  },
  {
    sentence: "speed.markedTimeLeftOut",
    pattern:
      /\d+ % of the batches' time was left out of the rates of prefill and decode, though not of the times of first and next tokens: the machine slept, or the process was stopped/,
    said: marked("slept"),
    unsaid: marked("busy"),
  },
  {
    sentence: "speed.markedTimeLeftOut",
    pattern: /speed +prefill unknown, decode unknown.*100 % of the batches' time was left out/,
    said: shown("UPDATE batch SET mark = 'busy'"),
    unsaid: marked("busy"),
  },
  {
    sentence: "speed.coresShared",
    pattern:
      /threads were without a core for (39|40) % of the time of long batches: other programs ran, or the model was read from disk/,
    said: working({ cores: 2, share: 0.6, samplingMs: someMs }),
    unsaid: working({ cores: 2, share: 0.97, samplingMs: manyMs }),
  },
  {
    sentence: "speed.coresShared",
    pattern: /threads were without a core for (39|40|41) % of the time/,
    said: working({ cores: 8, share: 0.6, samplingMs: someMs }),
    unsaid: working({ cores: 8, share: 0.97, samplingMs: manyMs }),
  },
  {
    sentence: "speed.coresShared",
    pattern: /threads were without a core for (40|41|42) % of the time/,
    said: working({ cores: 16, share: 0.6, samplingMs: manyMs }),
    unsaid: working({ cores: 16, share: 0.97, samplingMs: manyMs }),
  },
  {
    sentence: "speed.coresShared",
    pattern: /threads were without a core/,
    said: working({ cores: 16, share: 0.8, samplingMs: manyMs }),
    // Short batches, of which sampling is a large part: nothing is known.
    unsaid: working({ cores: 16, share: 0.97, samplingMs: manyMs, prefillMs: 100 }),
  },
  {
    sentence: "speed.coresShared",
    pattern: /threads were without a core/,
    said: working({ cores: 2, share: 0.6, samplingMs: someMs, threads: 64 }),
    unsaid: working({ cores: 2, share: 0.97, samplingMs: someMs, threads: 64 }),
  },
  {
    sentence: "speed.threadsChosenWhileBusy",
    pattern: /other programs had cores when the threads were chosen, so speeds may be lower/,
    said: chosen(true),
    unsaid: chosen(false),
  },
  {
    sentence: "speed.threadsChosenWhileBusy",
    pattern: /other programs had cores when the threads were chosen, so speeds may be lower/,
    said: { ...chosen(true), commands: [run("alpha"), run("beta"), "compare"] },
    unsaid: { ...chosen(null), commands: [run("alpha"), run("beta"), "compare"] },
  },
  {
    sentence: "notes.manySpeedNotes",
    pattern: /there is more to know of these speeds .*: --metric speed has 4 notes on it\./,
    said: {
      ...chosen(true),
      commands: [...["a", "b", "c", "d"].map((name, at) => run(name, `,decode-ms=${at + 9}`)), "compare"],
    },
    // Of few rows it is told.
    unsaid: { ...chosen(true), commands: [run("alpha"), run("beta", ",decode-ms=14"), "compare"] },
  },
  {
    sentence: "speed.heldBack",
    pattern: /a short fixed computation took 1\.3 times as long before or after the run as at its fastest/,
    said: under({ pulseBeforeMs: 10, pulseAfterMs: 13 }),
    unsaid: under({ pulseBeforeMs: 13, pulseAfterMs: 13.5, pulseFastestMs: 13 }),
  },
  {
    sentence: "speed.heldBack",
    pattern: /a short fixed computation took 1\.3 times as long before or after the run as at its fastest/,
    said: under({ pulseBeforeMs: 13, pulseAfterMs: 12.9, pulseFastestMs: 10 }),
    unsaid: under({ pulseBeforeMs: 10, pulseAfterMs: 10, pulseFastestMs: 9.5 }),
  },
  {
    sentence: "speed.slowerMachine",
    pattern:
      /while beta was measured the machine was slower than for alpha: a short fixed computation took 1\.5 times as long/,
    said: apart({ pulseBeforeMs: 10, pulseAfterMs: 10 }, { pulseBeforeMs: 15, pulseAfterMs: 15 }),
    unsaid: apart({ pulseBeforeMs: 15, pulseAfterMs: 15 }, { pulseBeforeMs: 15, pulseAfterMs: 14.5 }),
  },
  {
    sentence: "speed.energyTaken",
    pattern: /energy +320 J, [\d.]+ a token, [\d.]+ a right turn/,
    said: under({ cpuJoules: 320 }),
    unsaid: under({ gpuJoules: 320 }),
  },
  {
    sentence: "speed.decodedAlone",
    pattern: /alone +decode 99(\.\d)? ±<?[\d.]+ % tokens\/s, one conversation by itself/,
    said: shown(alone(1, 10)),
    unsaid: marked("busy"),
  },
  {
    sentence: "speed.earlierClock",
    pattern:
      /next-token times of run 1 contain waiting for other conversations' prefill; they were recorded by an earlier clock/,
    said: shown(early),
    unsaid: shown(today),
  },
  {
    sentence: "speed.earlierClock",
    pattern: /next-token times of runs 1 and 2 contain waiting/,
    said: two(early),
    unsaid: two(early, `${today} WHERE id = 2`),
  },
  {
    sentence: "speed.earlierClockLeftOut",
    pattern: /next-token times of run 1 were left out: recorded by an earlier clock/,
    said: two(early, `${today} WHERE id = 2`),
    unsaid: two(today),
  },
  {
    sentence: "speed.concurrencyDecides",
    pattern:
      /whether (alpha decodes faster than beta|beta decodes faster than alpha) depends on how many conversations run at a time: [\d.]+ \([\d.]+ to [\d.]+\) times its rate together, [\d.]+ \([\d.]+ to [\d.]+\) alone/,
    said: beside(10, 5),
    unsaid: beside(10, 14),
  },
  {
    sentence: "speed.concurrencyDecides",
    pattern: /depends on how many conversations run at a time/,
    said: beside(10, 10),
    unsaid: beside(10, 20),
  },
];

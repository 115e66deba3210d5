import { describe, expect, test } from "vitest";
import type { RunDocument, RunSummary } from "../../src/figures/run-schema.ts";
import { renderDocument } from "../../src/report/text.ts";
import { machine, madeModel, madeRollouts, madeSettings, madeSummary, conclusionOn } from "./runs.ts";

function documentOf(runs: readonly RunSummary[]): RunDocument {
  return { schemaVersion: 1, db: "longhaul.db", machine, verdict: conclusionOn(runs), nextLevel: null, runs };
}

const plain = { width: 100, color: false, unicode: false };
const errors = [2, 3, 3, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11, 12];
const small = madeSummary({}, madeRollouts(errors, 32));
const large = madeSummary(
  {
    id: 2,
    model: madeModel({
      name: "larger",
      path: "larger-q8.gguf",
      quantization: "Q8_0",
      parameters: 7_240_000_000,
      bytes: 7.7e9,
    }),
  },
  madeRollouts([11], 32),
);
const simulated = madeSummary(
  {
    id: 3,
    engine: "scripted",
    engineSpec: "p=0.9",
    model: null,
    backendUsed: null,
    peakRssBytes: null,
    kvBytes: null,
  },
  madeRollouts([4, 4], 32),
);

describe("the summary of one run", () => {
  test("in plain text", () => {
    expect(renderDocument(documentOf([small]), plain)).toMatchInlineSnapshot(`
      "tiny  0.46M parameters, F16 (16.00), 1.94 MB, tiny-f16.gguf, run 1
        dict-sum: 32 rollouts of 12 turns, 1 key a turn, dictionaries of 20 to +-99, temperature 0,
        seed 1, complete after 12.3 s
        on cpu (asked for: auto), 2 threads, 8 conversations at a time, context 2,048 tokens,
        KV cache f16/f16, flash attention on

        turn  turn accuracy (95 %)  task accuracy (95 %)
           1  100 % (89 to 100)     100 % (89 to 100)
           2  97 % (84 to 99)       97 % (84 to 99)
          10  97 % (84 to 99)       47 % (31 to 64)
          12  97 % (84 to 99)       41 % (26 to 58)
         all  95 % (92 to 97)

        task accuracy: rollouts without an error so far, with its 95 % band
        100 % **********:::::::
              ::::::::::*******:::::::::::::
                  :::::::::::::******:::::::::::::
                        :::::::::::::*******:::::::::::::::::::
                               :::::::::::::******::::::::::::::::::::::::::
                                     :::::::::::::*************:::::::::::::::::::::::
         50 % . . . . . . . . . . . . . . . :::::::::::::::::::*************::::::::::
                                                  ::::::::::::::::::::::::::**********
                                                               :::::::::::::::::::::::
                                                                            ::::::::::


          0 %
              turn 1                                                           turn 12

        H50          10 turns (95 % 7 to > 12)
        H80          5 turns (95 % 3 to 7)
        answers      right 95 %, wrong number 5 %
        speed        prefill 1,600, decode 667 tokens/s together in batches of 8
        first token  16.5 ms p50, 22 ms p95
        next tokens  7 ms p50, 7.5 ms p95
        KV reuse     93.4 % of the prompt tokens; 93.1 % without the shared prefix of 137 tokens
        memory       312 MB at its peak, KV cache 16 MB
        note: H90 rests on 32 rollouts; up to 50 its estimate runs high

      tiny has fewer than half of its rollouts without an error from turn 10 on (95 % interval 7 to > 12).

      Every finished turn is in longhaul.db: run 1."
    `);
  });

  test("of a simulated model says so and shows no backend", () => {
    const text = renderDocument(documentOf([simulated]), plain);
    expect(text).toContain("scripted:p=0.9  SIMULATED, not a real model");
    expect(text).not.toContain("KV cache");
    expect(text).not.toContain("memory");
  });

  test("names every setting that is not as usual, and none that is", () => {
    const usual = renderDocument(documentOf([small]), plain);
    const names = /values|shots|burn-in|stop|max-answer-tokens|dataset|lora|chat-template/;
    expect(usual).not.toMatch(names);
    const lora = { file: "/x/adapter.gguf", sha256: null };
    const changes = {
      values: "free",
      shotsAs: "text",
      burnIn: 3,
      stop: "eog",
      stopAtFloor: true,
      lora,
    } as const;
    const settings = madeSettings({ ...changes, maxAnswerTokens: 32 });
    const text = renderDocument(documentOf([madeSummary({ settings }, madeRollouts([3], 32))]), plain);
    const flat = text.replaceAll(/\s+/g, " ");
    for (const fact of ["values free", "shots-as text", "burn-in 3", "stop eog", "stop-at-floor"])
      expect(flat).toContain(`, ${fact},`);
    for (const fact of ["max-answer-tokens 32", "lora adapter.gguf"]) expect(flat).toContain(`, ${fact},`);
    expect(flat).not.toContain("null");
  });

  test("of a failed one is its error", () => {
    const failed = madeSummary(
      {
        status: "failed",
        error: "broken.gguf: not a GGUF file",
        name: "broken.gguf",
        model: null,
        backendUsed: null,
        wallMs: 0,
      },
      [],
    );
    expect(renderDocument(documentOf([failed]), plain)).toMatchInlineSnapshot(`
      "broken.gguf  run 1
        dict-sum: 32 rollouts of 12 turns, 1 key a turn, dictionaries of 20 to +-99, temperature 0,
        seed 1, failed
        failed: broken.gguf: not a GGUF file

      The run finished no turn.

      What became of it is in longhaul.db: run 1."
    `);
  });

  test("with steps, sampling, layers on a GPU and mixed batches", () => {
    const run = madeSummary(
      {
        settings: madeSettings({ keysPerTurn: 3, temperature: 0.7, sharedDictionary: true }),
        backendRequested: "auto",
        backendUsed: "cuda",
        gpuLayers: 29,
        vramBytes: 2e9,
      },
      madeRollouts([2, 2, 2], 4),
    );
    const speed = { ...run.speed, mixedBatches: 3, mixedTimeShare: 0.25 };
    const text = renderDocument(documentOf([{ ...run, speed }]), { ...plain, width: 200 });
    expect(text).toContain(
      "3 keys a turn, one shared dictionary of 20 to +-99, temperature 0.7, top-p 1, top-k 0, min-p 0",
    );
    expect(text).toContain("on cuda (asked for: auto), 29 layers on the GPU");
    expect(text).toMatch(/2 turns = 4 to 6 steps \(95 % \d+ to [> \d]+ turns\)/);
    expect(text).toContain("; 25 % of the time in mixed batches, not counted");
    expect(text).toContain("GPU 2 GB");
  });

  test("shows control characters from a model file as question marks", () => {
    const run = madeSummary({ name: "evil\u001b[31mname" }, madeRollouts([], 2));
    const text = renderDocument(documentOf([run]), plain);
    expect(text).toContain("evil\\u001b[31mname");
    expect(text).not.toContain("\u001b");
  });

  test("has colours only where they are welcome", () => {
    expect(renderDocument(documentOf([small]), { ...plain, color: true })).toContain(
      "\u001b[1mtiny\u001b[22m",
    );
    expect(renderDocument(documentOf([small]), plain)).not.toContain("\u001b");
  });
});

describe("several runs", () => {
  test("stand in one table with the verdict below", () => {
    const text = renderDocument(documentOf([small, large]), { ...plain, width: 140 });
    expect(text.slice(text.indexOf("\nmodel "))).toMatchInlineSnapshot(`
      "
      model   params  quant   bits     size  turn 1  turn 2  H50 (95 %)      H80 (95 %)  prefill t/s  decode t/s  batch  TTFT p50 ms  p95  memory
      tiny     0.46M  F16    16.00  1.94 MB   100 %    97 %  10 (7 to > 12)  5 (3 to 7)        1,600         667      8         16.5   22  312 MB
      larger    7.2B  Q8_0    0.00   7.7 GB   100 %   100 %  > 12            > 12              1,600         667      8         16.5   22  312 MB

      larger goes further than tiny: H50 > 12 against 10 turns (log-rank test, p < 0.0001).

      Every finished turn is in longhaul.db: runs 1 and 2."
    `);
  });

  test.each([40, 60, 80, 100])("fit into %i columns, the horizon kept", (width) => {
    const text = renderDocument(documentOf([small, large]), { ...plain, width });
    const table = text.slice(text.indexOf("\nmodel ")).trim().split("\n").slice(0, 3);
    expect(table[0]).toContain("H50");
    for (const line of table) expect(line.length).toBeLessThanOrEqual(width);
  });

  test("never put a simulated model beside a real one", () => {
    const text = renderDocument(documentOf([small, simulated]), plain);
    expect(text).not.toContain("\nmodel ");
    expect(text).toContain("Not compared, since the runs differ in engine");
  });
});

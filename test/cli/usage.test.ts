import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type TinyOverrides, writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { as } from "../gguf/gguf-writer.ts";
import { finished, longhaul, main, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "usage.db");

describe("a user's mistake", () => {
  const cases: [string, string[], RegExp][] = [
    ["an unknown command", ["fly"], /unknown command/],
    ["an unknown flag", ["run", "--turn", "3"], /unknown option/],
    ["a number that is none", ["run", "--turns", "many"], /--turns many: must be a whole number/],
    ["a number out of range", ["run", "--rollouts", "0"], /--rollouts 0/],
    [
      "an unknown task",
      ["run", "--task", "chess"],
      /--task chess: must be dict-sum, retrieval, .* or matrix-unbounded/,
    ],
    ["an unknown engine", ["run", "--engine", "cloud"], /--engine cloud/],
    ["a scripted parameter out of range", ["run", "--engine", "scripted:p=2"], /p=2 must be between 0 and 1/],
    ["an unknown scripted parameter", ["run", "--engine", "scripted:q=1"], /unknown parameter "q"/],
    ["models for the scripted engine", ["run", "x.gguf", "--engine", "scripted:p=1"], /takes no model files/],
    [
      "several keys for retrieval",
      ["run", "--task", "retrieval", "--keys-per-turn", "2"],
      /--keys-per-turn 2/,
    ],
    [
      "a quantised V without flash attention",
      ["run", "--kv-type-v", "q8_0", "--flash-attention", "off"],
      /--kv-type-v q8_0/,
    ],
    ["a missing model", ["run", join(folder, "none.gguf")], /none\.gguf: no such file/],
    ["a folder without models", ["run", folder], /no model in this folder/],
    ["a file that is no GGUF by name", ["run", import.meta.filename], /not a GGUF file/],
    ["a missing chat template", ["run", "--chat-template", join(folder, "none.jinja")], /--chat-template/],
    [
      "JSON without a chat template",
      ["run", "--chat-template", join(import.meta.dirname, "../../package.json")],
      /--chat-template .*package\.json: is JSON without a chat template\. Name a Jinja template/,
    ],
    ["a missing database", ["ls", "--db", join(folder, "none.db")], /no such file.*--db/s],
    ["a database that is a text file", ["ls", "--db", import.meta.filename], /--db .*usage\.test\.ts/],
  ];
  for (const [name, args, message] of cases) {
    it(`like ${name} is one clear message and exit code 2`, async () => {
      const { code, stdout, stderr } = await longhaul(...args, ...(args[0] === "run" ? ["--db", db] : []));
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    });
  }

  it("shows help with examples on request, with exit code 0", async () => {
    for (const command of ["run", "ls", "show", "sql"]) {
      const { code, stdout } = await longhaul(command, "--help");
      expect(code).toBe(0);
      expect(stdout).toContain("Examples:");
    }
  });
});

describe("an old Node", () => {
  it("is one clear line and exit code 1, before anything that it cannot read is loaded", async () => {
    const old = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.4" } })`;
    const args = ["--import", `data:text/javascript,${old}`, main, "ls"];
    const { code, stderr } = await finished(
      spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] }),
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^longhaul: Node \S+ is too old\. Install Node 20\.19 or newer.*\n$/),
    ]);
  });
});

describe("a bad model file", () => {
  const bad: [string, Buffer, RegExp][] = [
    ["empty.gguf", Buffer.alloc(0), /empty\.gguf cannot be used: the file is empty/],
    ["text.gguf", Buffer.from("This is no model.\n"), /text\.gguf cannot be used: it is not a GGUF file/],
    ["short.gguf", Buffer.from("GGUF\u0003\0\0\0"), /short\.gguf cannot be used/],
    ["old.gguf", Buffer.from("GGUF\u0001\0\0\0more"), /version 1 is not supported/],
  ];
  for (const [name, content, message] of bad) {
    it(`like ${name} is a failed run with one clear message and exit code 1`, async () => {
      const path = join(folder, "bad", name);
      mkdirSync(join(folder, "bad"), { recursive: true });
      writeFileSync(path, content);
      const file = join(folder, `${name}.db`);
      const { code, stderr } = await longhaul("run", path, "--db", file);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
      expect(await query(file, "SELECT status FROM runs")).toEqual([{ status: "failed" }]);
    });
  }
});

describe("longhaul sql", () => {
  it("refuses to write", async () => {
    const file = join(folder, "sql.db");
    await longhaul("run", "--engine", "scripted:p=1", "--rollouts", "1", "--turns", "1", "--db", file);
    for (const statement of [
      "DELETE FROM turn",
      "PRAGMA user_version = 9",
      "SELECT 1; SELECT 2",
      "nonsense",
    ]) {
      const { code, stderr } = await longhaul("sql", statement, "--db", file);
      expect(stderr).toMatch(/^longhaul: sql:/);
      expect(code).toBe(2);
    }
    expect(await query(file, "SELECT count(*) AS n FROM turn")).toEqual([{ n: 1 }]);
  });
});

describe("a damaged copy of a model that works", () => {
  const whole = readFileSync(join(import.meta.dirname, "../../models/longhaul-ref-early.gguf"));

  it("is refused when it is cut off, with the tensor that is missing", async () => {
    const path = join(folder, "cut.gguf");
    const messages: [number, RegExp][] = [
      [
        whole.length / 2,
        /cut\.gguf cannot be used: it is cut off: tensor .* begins at byte \d+, and the file has/,
      ],
      [whole.length - 1, /cut\.gguf: .* tensor '.*' data is not within the file bounds, model is corrupted/],
    ];
    for (const [length, message] of messages) {
      writeFileSync(path, whole.subarray(0, length));
      const { code, stderr } = await longhaul("run", path, "--db", join(folder, "cut.db"));
      expect(stderr).toMatch(message);
      expect(code).toBe(1);
    }
  });

  it("is refused when its header says zero heads, on which llama.cpp aborts", async () => {
    const damaged = Buffer.from(whole);
    const key = "llama.attention.head_count";
    // Key, then the value's type (4 bytes), then the value.
    damaged.writeUInt32LE(0, damaged.indexOf(key, 0, "latin1") + key.length + 4);
    const path = join(folder, "headless.gguf");
    writeFileSync(path, damaged);
    const { code, stderr } = await longhaul("run", path, "--db", join(folder, "headless.db"));
    expect(stderr).toMatch(/headless\.gguf cannot be used: its header says attention\.head_count = 0/);
    expect(code).toBe(1);
  });

  it("is refused when the context is too small, before anything is loaded, with the settings that fit", async () => {
    const path = join(folder, "fine.gguf");
    writeFileSync(path, whole);
    const file = join(folder, "small.db");
    const { code, stderr } = await longhaul("run", path, "--context", "128", "--db", file);
    expect(stderr).toMatch(
      /--context 128: .* turns take \d+ tokens .* Use --context \d+ or auto, or fewer --turns/,
    );
    expect(code).toBe(1);
    const rows = await query(file, "SELECT status, (SELECT count(*) FROM turn) AS turns FROM run");
    expect(rows).toEqual([{ status: "failed", turns: 0 }]);
  });
});

/** A file that opens and is wrong inside; what is expected of its refusal. */
const damages: [string, TinyOverrides, RegExp][] = [
  [
    "an architecture that is not known",
    { metadata: { "general.architecture": "bogus\u001b[2J" } },
    /unknown model architecture: 'bogus\?\[2J'/,
  ],
  [
    "a layer without its heads",
    { metadata: { "llama.attention.head_count": null } },
    /does not say attention.head_count/,
  ],
  [
    "more experts used than there are",
    { metadata: { "llama.expert_used_count": 5 } },
    /expert_used_count = 5, and expert_count = 0/,
  ],
  ["no vocabulary", { metadata: { "tokenizer.ggml.tokens": null } }, /cannot find tokenizer vocab/],
  [
    "an unaligned header",
    { metadata: { "general.alignment": 31 } },
    /general.alignment = 31, which must be a power of two/,
  ],
  [
    "a part of a model that is split",
    { metadata: { "split.count": as("uint16", 3), "split.no": as("uint16", 1) } },
    /illegal split file idx: 1/,
  ],
  [
    "a tensor that does not lie where the one before ends",
    { tensors: ([first, ...rest]) => [{ name: "", ...first, shape: [64] }, ...rest] },
    /tensor '.*' has offset \d+, expected \d+/,
  ],
  ["no tensors", { tensors: () => [] }, /tensor 'token_embd.weight' not found/],
];

describe("a model file that is wrong inside", () => {
  it.each(damages)(
    "like %s is one clear message that names the file, and exit code 1",
    async (_, damage, message) => {
      const path = join(folder, "wrong.gguf");
      writeTinyLlama(path, damage);
      const short = ["--rollouts", "1", "--turns", "1", "--threads", "1", "--db", join(folder, "wrong.db")];
      const { code, stderr } = await longhaul("run", path, ...short);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/\bwrong\b/);
      expect(stderr).not.toMatch(/\n\s+at |(?!\n)\p{Cc}/u);
      expect(code).toBe(1);
    },
  );
});

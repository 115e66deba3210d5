import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../cli/longhaul.ts";
import { ollamaModel } from "../model-folders/made-folders.ts";
import type { PlantedServer } from "../engine/server/planted-server.ts";
import { root } from "./pages.ts";

/** What is typed here in place of what a page tells: another model, or less of the same. */
interface StandIn {
  /** On which pages; absent: on all. */
  readonly on?: readonly string[];
  readonly told: string;
  readonly tried: string;
}

/** Pages on which files are really run; a run of a file takes three seconds of a core, a simulated one a tenth of that. */
const withFiles = ["README.md", "docs/models.md", "docs/hardware.md", "docs/speed.md", "docs/sql.md"];
/** Before flags of the page, which win. */
const few = "--rollouts 2 --turns 4 --parallel 2";
const small = `${few} --threads 1`;
const early = "models/longhaul-ref-early.gguf";
const scripted = "scripted:p=0.97";
const simulated = `longhaul run --rollouts 12 --turns 40 --engine ${scripted}`;
const simulatedToo = "longhaul run --rollouts 12 --turns 40 --engine scripted:p=0.9";
const twoSimulated = `${simulated}; ${simulatedToo}`;

/** The only place, besides `modelServer`, where what is tried differs from what is told. The first that is told goes first. */
export const standIns: readonly StandIn[] = [
  { told: "npm run build\n", tried: "" },
  {
    told: "for seed in 1 2 3 4 5; do node dist/main.js run",
    tried: `for seed in 1; do node dist/main.js run ${early} ${small}`,
  },
  { told: "longhaul run qwen3:8b", tried: `longhaul run ${small} qwen3:8b` },
  { told: "longhaul run ~/models --rollouts 100 --turns 100", tried: twoSimulated },
  { told: "longhaul run ~/models   ", tried: `${twoSimulated} ` },
  { told: "longhaul run model.gguf --task retrieval", tried: `${simulated} --task retrieval` },
  { told: "longhaul run model.gguf --dataset", tried: `${simulated} --dataset` },
  {
    told: "--turns 500 --max-time 8h",
    tried: "--engine scripted:p=0.97,delay-ms=100 --turns 60 --max-time 2s",
    on: ["docs/long-runs.md"],
  },
  ...withFiles.map((page) => ({
    on: [page],
    told: "longhaul run model",
    tried: `longhaul run ${small} model`,
  })),
  { told: "longhaul run model-Q4_K_M.gguf model-Q8_0.gguf", tried: twoSimulated },
  { told: "longhaul run model.gguf", tried: simulated },
  { told: "longhaul run model-Q4_K_M.gguf", tried: simulatedToo },
  { told: "longhaul run model-Q8_0.gguf", tried: simulated },
  { told: "longhaul run --engine openai", tried: `longhaul run ${few} --engine openai` },
  { told: "longhaul run --engine ollama", tried: `longhaul run ${few} --engine ollama` },
  { told: "-p 512 -n 128 -d 0,4096", tried: "-p 32 -n 8 -r 2 -d 0,64" },
  { told: "speed model.gguf -t 4", tried: "speed model.gguf -t 1 -p 16 -n 4 -r 2" },
  { told: "--fail-slower tg=5%", tried: "--fail-slower tg=99%" },
  { told: "suites/quick.yaml   ", tried: `suites/quick.yaml ${scripted} --only horizon,format ` },
  { told: 'suites/quick.yaml "openai', tried: 'suites/form.yaml "openai' },
  { told: "qwen3:8b llama3.2:3b", tried: "planted" },
  { told: 'qwen3" model.gguf', tried: `qwen3" ${scripted}` },
  {
    told: 'run bench/suites/paper.yaml model.gguf --only "thinking: two keys"',
    tried: `run bench/suites/paper.yaml ${scripted} --only "format"`,
  },
  { told: "plan bench/suites/paper.yaml model.gguf", tried: `plan bench/suites/paper.yaml ${scripted}` },
  {
    told: "suites/paper.yaml model.gguf --only horizon,capacity",
    tried: `suites/quick.yaml ${scripted} --only horizon,capacity`,
  },
  { told: "suites/form.yaml model.gguf", tried: `suites/form.yaml ${scripted}` },
  { told: "yaml model-Q4_K_M.gguf model-Q8_0.gguf", tried: `yaml ${scripted} scripted:p=0.9` },
  { told: "kv.yaml model.gguf", tried: `kv.yaml ${scripted}` },
  { told: "study.yaml model.gguf", tried: `study.yaml ${scripted}` },
  { told: "sizes.yaml ~/models", tried: `sizes.yaml ${scripted}` },
];

export function standingIn(page: string, text: string): string {
  const here = standIns.filter(({ on }) => on?.includes(page) ?? true);
  return here.reduce((made, { told, tried }) => made.replaceAll(told, tried), text);
}

/** Servers that stand at the addresses of pages, by port: Ollama's own, and every other. */
export interface Servers {
  readonly ollama: PlantedServer;
  readonly other: PlantedServer;
}

export function modelServer(text: string, { ollama, other }: Servers): string {
  const at = text.replaceAll("http://127.0.0.1:11434", ollama.origin);
  return at.replaceAll(/http:\/\/127\.0\.0\.1:(8080|8000)/g, other.origin);
}

/** Model files that pages speak of, and which of the two that ship stands for each. */
const models: Readonly<Record<string, "early" | "late">> = {
  "model.gguf": "early",
  "model-Q4_K_M.gguf": "early",
  "model-Q8_0.gguf": "late",
};

/** What of the clone a reader's commands name. */
const ofClone = ["dist", "bench", "models", "src"];

/** A reader's folder, which is the home folder, too: files that pages name, Ollama's qwen3:8b, `longhaul` as npm links it. */
export function readersFolder(folder: string): void {
  for (const name of ofClone) symlinkSync(join(root, name), join(folder, name));
  for (const [name, which] of Object.entries(models)) copyFileSync(shipped(which), join(folder, name));
  const served = { bytes: readFileSync(shipped("late")) };
  ollamaModel(join(folder, ".ollama/models"), ["registry.ollama.ai", "library", "qwen3", "8b"], [served]);
  writeFileSync(join(folder, "words.txt"), Array.from({ length: 101 }, (_, at) => `word${at}\n`).join(""));
  mkdirSync(join(folder, "bin"));
  const program = join(folder, "bin/longhaul");
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`);
  chmodSync(program, 0o755);
}

function shipped(which: "early" | "late"): string {
  return join(root, `models/longhaul-ref-${which}.gguf`);
}

import { fileNameOf } from "../../file-name.ts";
import type { RunRecord } from "../../store/rows.ts";
import { bytesText, durationText } from "../words/numbers.ts";
import { settingsOf } from "../../reading/settings.ts";
import type { RunProvenance } from "./page-schema.ts";

/** Where a run's figures come from: machine, model, settings, hashes, versions, and how to make and check it again. */
export function provenanceOf(run: RunRecord, db: string): RunProvenance {
  const { id, name, machine, model, seed, versions, status, startedAt, wallMs, experiment, arm } = run;
  const settings = settingsOf(run);
  const file = model === null ? null : fileNameOf(model.path);
  const facts: (readonly [string, string | null])[] = [
    ["suite", run.suite === null ? null : `${run.suite}: ${experiment}, ${arm}`],
    ["status", `${status}, begun ${startedAt.slice(0, 19).replace("T", " ")} UTC, ${durationText(wallMs)}`],
    ["model file", file],
    ["SHA-256", model?.sha256 ?? null],
    [
      "architecture",
      model === null
        ? null
        : `${model.architecture}, ${model.quantization ?? "unknown"}, ${bytesText(model.bytes)}`,
    ],
    ["simulated", run.engineSpec],
    [
      "machine",
      `${machine.cpuModel}, ${machine.physicalCores} cores, ${bytesText(machine.memoryBytes)}, ${machine.os}`,
    ],
    ["GPU", machine.gpus.join(", ") || null],
    ["backend", settings.backend.used],
    [
      "conversations, threads",
      settings.threads === null ? null : `${settings.parallel}, ${settings.threads}`,
    ],
    [
      "context, KV cache",
      settings.contextLength === null
        ? null
        : `${settings.contextLength} tokens, ${settings.kvTypeK}/${settings.kvTypeV}`,
    ],
    ["seed", String(seed)],
    ["prompt hash", settings.promptHash],
    ["template hash", settings.templateHash],
    ["instances' hash", settings.instanceHash],
    [
      "versions",
      Object.entries(versions)
        .map(([what, version]) => `${what} ${version}`)
        .join(", "),
    ],
  ];
  return {
    id,
    label: name,
    facts: facts.flatMap(([what, value]) => (value === null ? [] : [[what, value] as const])),
    command: commandOf(run, file),
    verify: `longhaul verify ${id} --db ${quoted(db)}`,
  };
}

/** Flags beside what `longhaul run` does without any. */
function commandOf(run: RunRecord, file: string | null): string {
  const { settings, seed, engineSpec } = run;
  const flags: (readonly [string, string | number | boolean | null, unknown])[] = [
    ["task", settings.task, "dict-sum"],
    ["turns", settings.turns, 60],
    ["rollouts", settings.rollouts, 32],
    ["keys-per-turn", settings.keysPerTurn, 1],
    ["dictionary-size", settings.dictionarySize, 20],
    ["value-max", settings.valueMax, 99],
    ["values", settings.values, "zero-sum"],
    ["shared-dictionary", settings.sharedDictionary, false],
    ["shots", settings.shots, 4],
    ["prompt", settings.prompt, "direct"],
    ["start", settings.start, "neutral"],
    ["history", settings.history, "own"],
    ["votes", settings.votes, "none"],
    ["format", settings.format, "free"],
    ["thinking", settings.thinking, "off"],
    ["thinking-budget", settings.thinkingBudget, null],
    ["probe", settings.probe?.join(",") ?? null, null],
    ["until", settings.until, "end"],
    ["seed", seed, 1],
    ["temperature", settings.temperature, 0],
    ["top-p", settings.topP, 1],
    ["top-k", settings.topK, 0],
    ["min-p", settings.minP, 0],
    ["max-answer-tokens", settings.maxAnswerTokens, 32],
    ["stop", settings.stop, "answer"],
    ["parallel", run.parallel, null],
    ["threads", run.threads, null],
    ["context", run.contextLength, null],
    ["kv-type-k", run.kvTypeK, "f16"],
    ["kv-type-v", run.kvTypeV, "f16"],
  ];
  const given = flags.filter(([, value, plain]) => value !== null && value !== plain);
  const parts = given.map(([flag, value]) =>
    value === true ? `--${flag}` : `--${flag} ${quoted(String(value))}`,
  );
  const what =
    engineSpec === null ? [quoted(file ?? "model.gguf")] : [`--engine ${quoted(`scripted:${engineSpec}`)}`];
  return ["longhaul run", ...what, ...parts].join(" ");
}

function quoted(text: string): string {
  return /^[\w./:=,%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

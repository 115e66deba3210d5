import { flagsOfSettings } from "../../settings/flags.ts";
import type { Settings } from "../../settings/settings.ts";
import { shellWord } from "../../typed-line.ts";
import { fileNameOf } from "../../file-name.ts";
import type { RunRecord } from "../../store/rows.ts";
import { bytesText, durationText } from "../words/numbers.ts";
import { settingsOf } from "../../reading/settings.ts";
import type { RunProvenance } from "./page-schema.ts";

/** Where a run's figures come from: machine, model, settings, hashes, versions, and how to make and check it again. */
export function provenanceOf(run: RunRecord, db: string): RunProvenance {
  const { id, name, model, seed, versions, status, startedAt, wallMs } = run;
  const settings = settingsOf(run);
  const file = model === null ? null : fileNameOf(model.path);
  const facts: (readonly [string, string | null])[] = [
    ["suite", run.suite === null ? null : placesText(run)],
    ["status", `${status}, begun ${startedAt.slice(0, 19).replace("T", " ")} UTC, ${durationText(wallMs)}`],
    ["model file", file],
    ["SHA-256", model?.sha256 ?? null],
    [
      "architecture",
      model === null
        ? null
        : `${model.architecture}, ${model.quantization ?? "unknown"}, ${bytesText(model.bytes)}`,
    ],
    run.server === null
      ? [run.engine === "scripted" ? "simulated" : `engine ${run.engine}`, run.engineSpec]
      : ["server", serverText(run.server)],
    ...machineFacts(run),
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
    verify: `longhaul verify ${id} --db ${shellWord(db)}`,
  };
}

/** Of every machine that it was played on, in order. */
function machineFacts({ machines }: RunRecord): [string, string | null][] {
  const told = machines.map(({ cpuModel, physicalCores, memoryBytes, os }) =>
    [cpuModel, `${physicalCores} cores`, bytesText(memoryBytes), os].join(", "),
  );
  const gpus = machines.map((one) => one.gpus.join(", ") || "none");
  return [
    ["machine", told.join("; then ")],
    ["GPU", gpus.every((one) => one === "none") ? null : gpus.join("; then ")],
  ];
}

/** What a server told of itself, and whether anything went to another machine. */
function serverText({
  kind,
  version,
  url,
  isRemote,
  model,
  digest,
}: NonNullable<RunRecord["server"]>): string {
  const place = isRemote ? "another machine" : "this machine";
  return [kind, version, url, place, model, digest].filter((fact) => fact !== null).join(", ");
}

/** The places of suites that a run stands for, its own first. */
function placesText(run: RunRecord): string {
  return [run, ...run.places]
    .map(({ suite, experiment, arm }) => `${suite}: ${experiment}, ${arm}`)
    .join("; ");
}

/**
 * The line that makes the run again, with the conversations, threads and context that `auto` came to; what a server decides
 * by itself it cannot be told.
 */
function commandOf(
  { settings, parallel, threads, contextLength, engine, engineSpec, server }: RunRecord,
  file: string | null,
): string {
  const used: Settings = {
    ...settings,
    parallel: parallel ?? settings.parallel,
    threads: threads ?? settings.threads,
    context: server === null ? (contextLength ?? settings.context) : settings.context,
  };
  const parts = flagsOfSettings(used).map(([flag, text]) =>
    text === null ? flag : `${flag} ${shellWord(text)}`,
  );
  const what =
    server !== null
      ? [`--engine ${shellWord(`${server.api}:${server.url}`)}`, shellWord(server.model)]
      : engineSpec === null
        ? [shellWord(file ?? "model.gguf")]
        : [`--engine ${shellWord(`${engine}:${engineSpec}`)}`];
  return ["longhaul run", ...what, ...parts].join(" ");
}

import type { RunSummary } from "../../figures/run-schema.ts";
import { instancesOf } from "../../reading/identity.ts";
import { pick, samplingNames } from "../../settings/settings.ts";
import { blockOf } from "../../settings/shard.ts";
import type { RolloutCourse } from "../../store/rollout-courses.ts";
import type { RunRecord } from "../../store/rows.ts";
import { sha256Of } from "../../sha256.ts";
import { inspectSample, type SaidRollout } from "./sample.ts";
import { sumOfTokens, usageOf } from "./usage.ts";

/** A run, its figures, and its rollouts one after the other. */
export interface LoggedRun {
  readonly run: RunRecord;
  readonly summary: RunSummary;
  readonly courses: readonly RolloutCourse[];
  readonly said: (course: RolloutCourse) => SaidRollout;
  /** Takes the folders of this machine out of a text. */
  readonly shown: (text: string) => string;
}

/**
 * A run as inspect_ai's eval log (its JSON format, version 2), piece by piece: a sample is a rollout. Figures are ours, so
 * rollouts that were cut are treated as everywhere here.
 */
export function* inspectLog(logged: LoggedRun): Generator<string> {
  const { run, courses, said, shown } = logged;
  const model = modelName(logged.summary);
  const head = JSON.stringify({
    version: 2,
    status: statuses[run.status],
    eval: specOf(logged, model),
    plan: { name: "longhaul", steps: [], config: configOf(run) },
    results: resultsOf(logged),
    stats: {
      started_at: run.startedAt,
      completed_at: completedAt(run) ?? "",
      model_usage: usageOf(model, sumOfTokens(courses.map(({ tokens }) => tokens))),
    },
    ...errorOf(logged),
  });
  // The samples go last, since there may be more than fit into memory.
  yield `${head.slice(0, -1)},"samples":[`;
  for (const [index, course] of courses.entries())
    yield `${index === 0 ? "" : ","}\n${JSON.stringify(inspectSample(run, model, said(course), shown))}`;
  yield "\n]}\n";
}

/** By which inspect knows a log among the files of a folder, and when it began. */
export function inspectFileName(run: RunRecord): string {
  const at = run.startedAt.slice(0, 19).replaceAll(":", "-");
  return `${at}+00-00_${run.settings.task}_${idOf(run)}.json`;
}

const statuses = {
  complete: "success",
  failed: "error",
  interrupted: "cancelled",
  running: "started",
} as const satisfies Readonly<Record<RunRecord["status"], string>>;

/** "llama/Qwen3-8B-Q4_K_M": inspect's names begin with who answers, and files of one model are told apart. */
function modelName({ engine, model, server, scripted, name }: RunSummary): string {
  const file = model.file?.replace(/\.gguf$/i, "");
  return `${engine}/${server?.model ?? file ?? scripted ?? name}`;
}

/** The same in every file. */
function idOf({ uid, id }: RunRecord): string {
  return uid ?? `run-${id}`;
}

function specOf({ run, summary, courses }: LoggedRun, model: string): object {
  const { task } = run.settings;
  const { scripted, server, machine, settings, versions } = summary;
  return {
    eval_id: idOf(run),
    run_id: idOf(run),
    created: run.startedAt,
    task: `longhaul/${task}`,
    task_id: idOf(run),
    task_version: run.promptHash,
    task_attribs: {},
    task_args: {},
    // Ids of samples are numbers of rollouts, which mean the same instance within one such set.
    dataset: {
      name: `${task} ${sha256Of(instancesOf(run)(0)).slice(0, 12)}`,
      samples: blockOf(run.settings).count,
      sample_ids: courses.map(({ rollout }) => rollout),
      shuffled: false,
    },
    model,
    model_generate_config: configOf(run),
    model_args: {},
    config: { epochs: 1 },
    packages: versions,
    metadata: {
      run: run.id,
      name: run.name,
      model: summary.model,
      scripted,
      server,
      settings,
      machine,
      prompt_hash: run.promptHash,
      instance_hash: run.instanceHash,
      template_hash: run.templateHash,
    },
  };
}

function configOf(run: RunRecord): object {
  const sampling = Object.entries(pick(run.settings, samplingNames)).map(([name, value]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return { ...Object.fromEntries(sampling), max_tokens: run.answerLimit, seed: run.seed };
}

function resultsOf({ run, summary, courses }: LoggedRun): object {
  const { overallTurnAccuracy, horizons, taskAccuracy, turnAccuracyOf } = summary;
  const half = horizons.find(({ s }) => s === 0.5);
  const last = taskAccuracy.at(-1);
  return {
    total_samples: blockOf(run.settings).count,
    completed_samples: courses.filter(({ end }) => end === "complete").length,
    scores: [
      score(
        "turn_accuracy",
        { accuracy: overallTurnAccuracy.accuracy },
        { ...overallTurnAccuracy, turnAccuracyOf },
      ),
      score("first_error_turn", { h50: half?.turns ?? null }, { horizons }),
      score("no_error", { task_accuracy: last?.accuracy ?? null }, { taskAccuracy: last ?? null }),
    ],
  };
}

/** @param metrics null: not known */
function score(name: string, metrics: Readonly<Record<string, number | null>>, metadata: object): object {
  const known = Object.entries(metrics).filter(([, value]) => value !== null);
  return {
    name,
    scorer: "longhaul",
    metrics: Object.fromEntries(known.map(([metric, value]) => [metric, { name: metric, value }])),
    metadata,
  };
}

function completedAt({ startedAt, wallMs }: RunRecord): string | null {
  return wallMs === null ? null : new Date(Date.parse(startedAt) + wallMs).toISOString();
}

function errorOf({ run, shown }: LoggedRun): object {
  if (run.status !== "failed") return {};
  return { error: { message: shown(run.error ?? ""), traceback: "", traceback_ansi: "" } };
}

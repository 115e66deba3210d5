import { z } from "zod";
import { doctorDocumentSchema } from "../../doctor/doctor-schema.ts";
import { compareSchema } from "../../figures/compare-schema.ts";
import { documentSchema } from "../../figures/run-schema.ts";
import { speedSchema } from "../../figures/speed-test-schema.ts";
import { suiteDocumentSchema } from "../../report/suite/suite-schema.ts";
import { suiteSchema } from "../../suites/suite-file.ts";
import { paperScoringSchema, rescoredSchema, verifiedFileSchema, verifiedSchema } from "./checks.ts";
import { exportLine } from "./export-line.ts";
import { backupSchema, datasetSchema, mergedSchema, removedSchema } from "./files.ts";
import { foundSchema, servedSchema } from "./models.ts";
import { firstPromptsSchema, levelsSchema, powerSchema, runPlanSchema, suitePlanSchema } from "./plans.ts";
import { listedRunSchema, promptSchema, readTurnSchema, resumableSchema } from "./runs.ts";

/** Every JSON document that a command prints, by the name that its first field tells. */
export const documents = {
  run: documentSchema.describe("run, resume, remeasure, show: everything about runs"),
  "run-plan": runPlanSchema.describe("run --dry-run: what would run, how long, with how much memory"),
  "run-prompts": firstPromptsSchema.describe("run --print-prompt: what each model is asked first"),
  resumable: resumableSchema.describe("resume without runs: those that can go on"),
  doctor: doctorDocumentSchema
    .omit({ $schema: true })
    .describe("doctor: whether runs can work on a machine, and what to do where they cannot"),
  levels: levelsSchema.describe("levels: the list of run --level"),
  ls: listedRunSchema.describe("ls: an entry of its list, a run"),
  models: foundSchema.describe("models: those on this machine"),
  "models-served": servedSchema.describe("models --server: those that a server offers"),
  turn: readTurnSchema.describe("show --rollout: an entry of its list, a turn"),
  prompt: promptSchema.describe("show --prompt: what a model was given to answer"),
  "paper-scoring": paperScoringSchema.describe("show --scoring paper: a run by the paper's evaluators"),
  suite: suiteDocumentSchema.describe("suite run, compare --suite: the experiments of a suite"),
  "suite-plan": suitePlanSchema.describe("suite plan: its trials, how long, with how much memory"),
  speed: speedSchema.describe("speed: tests of plain speed"),
  compare: compareSchema.describe("compare: models side by side"),
  power: powerSchema.describe("power: how large a study has to be"),
  dataset: datasetSchema.describe("dataset import: what a file of instances holds"),
  rescore: rescoredSchema.describe("rescore: what another parser judges otherwise"),
  verify: verifiedSchema.describe("verify: what holds of runs, and what does not"),
  "verify-file": verifiedFileSchema.describe("verify --file: what holds of the file itself"),
  backup: backupSchema.describe("backup: the copy"),
  merge: mergedSchema.describe("merge: what became of each part"),
  rm: removedSchema.describe("rm: the runs that are gone"),
} as const satisfies Readonly<Record<string, z.ZodObject>>;

/** What is read or written by others' rules, and so does not name its schema. */
export const unnamed = {
  "export-turns": exportLine("turns").describe("export --what turns: a line of JSON"),
  "export-rollouts": exportLine("rollouts").describe("export --what rollouts: a line of JSON"),
  "export-runs": exportLine("runs").describe("export --what runs: a line of JSON"),
  "suite-file": suiteSchema.describe("what a file of suite run may hold"),
} as const satisfies Readonly<Record<string, z.ZodObject>>;

export type DocumentName = keyof typeof documents;

import type { Command } from "commander";

/** Adds each command to the command line, in the order of the help; its code is loaded by then, and not before. */
export const commands: Readonly<Record<string, (program: Command) => Promise<void>>> = {
  run: async (program) => (await import("./run.ts")).addRunCommand(program),
  resume: async (program) => (await import("./resume.ts")).addResumeCommand(program),
  remeasure: async (program) => (await import("./remeasure.ts")).addRemeasureCommand(program),
  levels: async (program) => (await import("./levels.ts")).addLevelsCommand(program),
  ls: async (program) => (await import("./ls.ts")).addLsCommand(program),
  models: async (program) => (await import("./models.ts")).addModelsCommand(program),
  doctor: async (program) => (await import("./doctor.ts")).addDoctorCommand(program),
  show: async (program) => (await import("./show.ts")).addShowCommand(program),
  suite: async (program) => (await import("./suite.ts")).addSuiteCommand(program),
  speed: async (program) => (await import("./speed.ts")).addSpeedCommand(program),
  sql: async (program) => (await import("./sql.ts")).addSqlCommand(program),
  compare: async (program) => (await import("./compare.ts")).addCompareCommand(program),
  power: async (program) => (await import("./power.ts")).addPowerCommand(program),
  report: async (program) => (await import("./report.ts")).addReportCommand(program),
  dataset: async (program) => (await import("./dataset.ts")).addDatasetCommand(program),
  export: async (program) => (await import("./export.ts")).addExportCommand(program),
  rescore: async (program) => (await import("./rescore.ts")).addRescoreCommand(program),
  verify: async (program) => (await import("./verify.ts")).addVerifyCommand(program),
  backup: async (program) => (await import("./backup.ts")).addBackupCommand(program),
  merge: async (program) => (await import("./merge.ts")).addMergeCommand(program),
  schema: async (program) => (await import("./schema.ts")).addSchemaCommand(program),
  rm: async (program) => (await import("./rm.ts")).addRmCommand(program),
};

export function isCommand(name: string): boolean {
  return Object.hasOwn(commands, name);
}

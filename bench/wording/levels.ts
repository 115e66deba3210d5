import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findModels } from "../../src/gguf/files.ts";
import { LevelProber } from "../../src/runs/level-prober.ts";
import { findLevel } from "../../src/runs/level-search.ts";
import { shareOf } from "../../src/runs/level-share.ts";
import type { LevelRequest } from "../../src/runs/level-subject.ts";
import { levelSubjects } from "../../src/runs/level-subjects.ts";
import { silentView } from "../../src/runs/view.ts";
import { shareText } from "../../src/report/words/numbers.ts";
import { levelFound, levelSearchCost } from "../../src/report/sentences/levels.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { levels } from "../../src/tasks/levels.ts";

/**
 * What --level auto takes for each model, beside a sweep over all levels on other instances:
 *
 *   npx tsx bench/wording/levels.ts MODEL.gguf...
 *
 * writes results/levels.md and results/levels.json beside this file.
 */
const sweepSeed = 2_000_003;
/** Said to have been asked before. */
const leftOut = [8, 9, 10, 11, 12, 13, 14, 15].flatMap((rollout) =>
  [2, 4, 8].map((turn) => ({ rollout, turn, isRight: false, isReadable: false })),
);
const request: Omit<LevelRequest, "files"> = {
  // Long enough that its 5 % end no search on a machine that others use, too.
  settings: { ...standardSettings, level: "auto", gpu: "off", rollouts: 256 },
  name: null,
  templateText: null,
  loraPath: null,
  others: [],
};

interface Found {
  readonly file: string;
  readonly search: Awaited<ReturnType<typeof findLevel>>;
  readonly sweep: Awaited<ReturnType<typeof swept>>;
}

const found: Found[] = [];
for (const path of process.argv.slice(2)) {
  const files = await findModels([path]);
  const own = { ...request, files };
  const search = await findLevel(own, silentView);
  process.stderr.write(`${basename(path)}: ${levelFound(search).join("; ")}; ${levelSearchCost(search)}\n`);
  const sweep = await swept(own);
  found.push({ file: basename(path), search, sweep });
  // As they come: on a slow machine a model takes long.
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "levels.json"), `${JSON.stringify(found, null, 2)}\n`);
  writeFileSync(join(folder, "levels.md"), table());
}

/** Every level, on instances that the search did not ask: half of the probes that it may ask. */
async function swept(own: LevelRequest) {
  const [subject] = await levelSubjects(own);
  if (subject === undefined || subject.error !== null) return [];
  const prober = new LevelProber();
  const shares = [];
  try {
    for (const level of levels) {
      const job = subject.job(level, { done: leftOut, isWhole: true });
      const settings = { ...job.probing.settings, seed: sweepSeed };
      const { probes } = await prober.probe(
        { ...job, probing: { ...job.probing, settings }, leftMs: Number.POSITIVE_INFINITY },
        () => undefined,
      );
      const asked = probes.filter(({ rollout }) => !leftOut.some((one) => one.rollout === rollout));
      const { n, correct, readable, accuracy, low, high } = shareOf(asked);
      shares.push({ level: level.name, n, right: correct, readable, accuracy, low, high });
      process.stderr.write(`  ${level.name}: ${correct} of ${n}, ${readable} readable\n`);
    }
  } finally {
    await prober.close();
  }
  return shares;
}

function table(): string {
  const head = ["level", ...found.map(({ file }) => file)];
  const lines = levels.map(({ name }) => [
    name,
    ...found.map(({ search, sweep }) => {
      const one = sweep.find(({ level }) => level === name);
      const text = one === undefined ? "not asked" : `${one.right} of ${one.n}, ${shareText(one)}`;
      return search.level === name ? `**${text}**` : text;
    }),
  ]);
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    "# Levels",
    "",
    "What models get right on every level, behind a history of right answers (24 turns each, on instances of their own); in bold the level that `--level auto` takes for a run of 256 rollouts of 60 turns of that model alone, asked on other instances.",
    "",
    row(head),
    row(head.map(() => "---")),
    ...lines.map(row),
    "",
    ...found.map(
      ({ file, search }) => `- ${file}: ${levelFound(search).join("; ")}; ${levelSearchCost(search)}.`,
    ),
    "",
  ].join("\n");
}

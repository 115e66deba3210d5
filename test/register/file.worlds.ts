import type { Conclusion, World } from "./world.ts";

const run = "run --engine scripted:p=0.7,seed={seed} --rollouts 3 --turns 5 --seed {seed}";
const suite = "name: s\nexperiments:\n  - { use: horizon, rollouts: 2, turns: 3 }\n";

const checked: World = { commands: [run, "verify --file"] };
const damaged: World = { ...checked, tampering: "UPDATE turn SET text = 'x' WHERE turn = 3" };
const unsealed: World = { ...checked, tampering: "UPDATE turn SET seal = NULL WHERE turn = 3" };
const copied: World = { commands: [run, "backup {folder}/copy.db"] };
const copiedAsJson: World = { commands: [run, "backup {folder}/copy.db --json"] };
const asked: World = { commands: [run, "rm 1"], isRefused: true };
const askedOfNone: World = { commands: [run, "rm 2"], isRefused: true };
const replays = `${run} --history injected:rate=0.5,error=replay,run=1`;
const replayed: World = { commands: [run, replays, "rm 1"], isRefused: true };
const bothAsked: World = { commands: [run, replays, "rm 1 2"], isRefused: true };
const inSuite: World = {
  files: { "s.yaml": suite },
  commands: ["suite run s.yaml scripted:p=0.9", "rm 1"],
  isRefused: true,
};
const removed: World = { commands: [run, "rm 1 --yes"] };
const listed: World = { commands: [run, "rm 1 --yes", "ls"] };
const kept: World = { commands: [run, "ls"] };
const verified: World = { commands: [run, run, "rm 1 --yes", "verify"] };
const verifiedAll: World = { commands: [run, run, "verify"] };
const parts: World = { commands: [run, "backup {folder}/p.db", "merge {folder}/p.db -o {folder}/all.db"] };
const partsAsJson: World = { commands: [...parts.commands.slice(0, 2), `${parts.commands[2]} --json`] };
const goesOn = "UPDATE run SET status = 'running', pid = 1, process_start = NULL; DELETE FROM lease";
const going: World = { commands: [run, "merge {folder}/w.db -o {folder}/all.db"], tampering: goesOn };
const ended: World = { ...going, tampering: "DELETE FROM lease" };
const heldThere: World = { commands: [run, "backup {folder}/p.db", "merge {folder}/p.db -o {folder}/w.db"] };
const removedThere: World = {
  commands: [run, "backup {folder}/p.db", "rm 1 --yes", "merge {folder}/p.db -o {folder}/w.db"],
};
const byNumber =
  "UPDATE run SET seal = NULL, settings = json_set(settings, '$.history', 'injected:rate=0.5,error=replay,run=7')";

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "file.fileHolds",
    pattern: /every page, reference and seal holds: 1 run, 15 turns/,
    said: checked,
    unsaid: damaged,
  },
  {
    sentence: "file.fileDamaged",
    pattern: /in this file are not as Longhaul wrote it/,
    said: damaged,
    unsaid: checked,
  },
  {
    sentence: "file.rowsUnsealed",
    pattern: /3 rows written before there were seals/,
    said: unsealed,
    unsaid: checked,
  },
  {
    sentence: "file.fileCopied",
    pattern: /copy\.db holds 1 run, .*B, as at one moment/,
    said: copied,
    unsaid: copiedAsJson,
  },
  {
    sentence: "file.removalOf",
    pattern: /run 1 \(.*\): all 15 turns of it will be gone for good/,
    said: asked,
    unsaid: askedOfNone,
  },
  {
    sentence: "file.replayedBy",
    pattern: /its errors are shown again by run 2, for which they are kept/,
    said: replayed,
    unsaid: bothAsked,
  },
  {
    sentence: "file.standsInSuite",
    pattern: /it stands in 1 place of suite s, which will lack it/,
    said: inSuite,
    unsaid: asked,
  },
  {
    sentence: "file.runRemoved",
    pattern: /run 1 is removed with its 15 turns; a sealed mark of it stays/,
    said: removed,
    unsaid: asked,
  },
  { sentence: "file.runsRemoved", pattern: /removed before: run 1 \(/, said: listed, unsaid: kept },
  {
    sentence: "file.marksVerified",
    pattern: /1 removed run: the marks hold/,
    said: verified,
    unsaid: verifiedAll,
  },
  {
    sentence: "merge.partMerged",
    pattern: /p\.db: 1 run new/,
    said: parts,
    unsaid: partsAsJson,
  },
  {
    sentence: "merge.mergedHolds",
    pattern: /all\.db holds 1 run, 15 turns; side by side: longhaul compare --db \S+all\.db/,
    said: parts,
    unsaid: partsAsJson,
  },
  {
    sentence: "merge.runGoesOn",
    pattern: /run 1 \(.*\) goes on and is left out: merge it again once it has ended/,
    said: going,
    unsaid: ended,
  },
  {
    sentence: "merge.runHeld",
    pattern: /run 1 \(.*\) goes on in \S+w\.db and stays as it is there/,
    said: { ...heldThere, tampering: goesOn },
    unsaid: heldThere,
  },
  {
    sentence: "merge.runStaysRemoved",
    pattern: /run 1 \(.*\) was removed from \S+w\.db and is not brought back/,
    said: removedThere,
    unsaid: heldThere,
  },
  {
    sentence: "merge.replayUnnamed",
    pattern: /run 1 \(.*\) shows again the errors of a run that is not in its file, and is left out/,
    said: { ...ended, tampering: byNumber },
    unsaid: ended,
  },
];

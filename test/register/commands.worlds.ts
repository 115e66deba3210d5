import type { Conclusion, World } from "./world.ts";

const run = "run --engine scripted:p=0.7,seed={seed} --rollouts 5 --turns 8 --seed {seed}";
const real = "run models/longhaul-ref-early.gguf --rollouts 2 --turns 3 --threads 1";

const plain: World = { commands: [run] };
const limited: World = { commands: [`${run} --thinking on --thinking-budget 64 --until first-error`] };
const probed: World = { commands: [`${run} --history healed --probe 4,8`] };
const watched: World = { commands: [`${run} --watch`] };
const flawless: World = { commands: [`${run.replace("p=0.7", "p=1")} --watch`] };
const measured: World = { commands: [real] };
const onGpu: World = {
  commands: [run, "show 1"],
  tampering: `UPDATE run SET engine = 'llama', backend_used = 'cuda', gpu_layers = 29;
    UPDATE batch SET prefill_tokens = 1, decode_tokens = 1 WHERE batch % 2 = 0`,
};
const onCpu: World = { commands: [`${real} --gpu off`] };
const single: World = { commands: [run.replace("--rollouts 5", "--rollouts 1")] };
const pair = [run, run.replace("--seed {seed}", "--seed 9"), "compare 1 2"];
const engines: World = {
  commands: pair,
  isRefused: true,
  tampering: "UPDATE run SET engine = 'llama' WHERE id = 2",
};
const reworded: World = {
  commands: pair,
  isRefused: true,
  tampering: "UPDATE run SET prompt_hash = 'another' WHERE id = 2",
};
const alike: World = { commands: pair };
const page: World = { commands: [run, "report -o {folder}/page.html"] };

const shared = "dataset export --rollouts 3 --turns 4 --shared-dictionary --seed {seed} -o {folder}/d.json";
const own = "dataset export --rollouts 2 --turns 6 --seed {seed} -o {folder}/d.json";
const row = '{"input": ["ant", "bee"], "values": [3, -4], "output": [3, -1]}';
const rowsAlone: World = {
  files: { "rows.jsonl": `${row}\n${row}\n` },
  commands: ["dataset import rows.jsonl"],
};
const papers: World = { commands: [`${shared} --paper-format`, "dataset import {folder}/d.json"] };
const ours: World = { commands: [own, "dataset import {folder}/d.json"] };
const short: World = { commands: [shared, `${run} --dataset {folder}/d.json`] };
const words = Array.from({ length: 101 }, (_, index) => `word${index}`).join("\n");
const otherWords: World = {
  files: { "words.txt": words },
  commands: ["dataset export --published --words words.txt --rollouts 1 --turns 2"],
};

const healed: World = { commands: [`${run} --history healed`, "show 1 --scoring paper"] };
const noModel: World = { files: { "bad.gguf": "no model" }, commands: ["run bad.gguf --quiet"] };
const scored: World = { commands: [run, "show 1 --scoring paper"] };
const rescored: World = { commands: [run, "rescore"] };
const damaged: World = {
  commands: [run, "rescore"],
  tampering: "DELETE FROM turn WHERE turn = 7; UPDATE verdict SET answer = 4711",
};
const emptiedBefore: World = { commands: [run, "rescore --dry-run"], tampering: "DELETE FROM run" };
const emptied: World = { commands: [run, "verify"], tampering: "DELETE FROM run" };
const verified: World = { commands: [run, "verify"] };

const suite = "name: plan\nexperiments:\n  - use: horizon\n    rollouts: 2\n    turns: 3\n";
const files = { "plan.yaml": suite };
const unknownPlan: World = { files, commands: ["suite plan plan.yaml scripted:p=0.9"] };
const knownPlan: World = { files, commands: [real, "suite plan plan.yaml models/longhaul-ref-early.gguf"] };

const sizes = "power --h50 20 --ratio 1.2";
const power: World = { commands: [sizes] };
const powerAfterRun: World = { commands: [real, `${sizes} --dictionaries 10`] };
const limitedReal: World = { commands: [`${real} --until first-error`] };
const twoSpeeds: World = { commands: [`${real} --parallel 1`, real, sizes] };
const broken: World = { commands: [run.replace("p=0.7", "p=0.7,cut-error=0.1")] };
const unreadable: World = { commands: [run.replace("p=0.7", "form=1")] };
const unreadableByGrammar: World = { commands: [`${run.replace("p=0.7", "format=1")} --format integer`] };
const unreadableText: World = { commands: [`${run.replace("p=0.7", "form=1")} --shots-as text`] };
const searched: World = {
  files: {
    "plan.yaml":
      "name: plan\nexperiments:\n  - { use: capacity, largest: 2, coarse: 2, fine: 2, threads: 1 }\n",
  },
  commands: [real, "suite plan plan.yaml models/longhaul-ref-early.gguf"],
};
const suiteOf = (...uses: readonly string[]): World => ({
  files: {
    "suite.yaml": `name: s\ndefaults: { rollouts: 6, turns: 4 }\nexperiments:\n${uses.map((use) => `  - use: ${use}\n`).join("")}`,
  },
  commands: ["suite run suite.yaml scripted:p=0.9"],
});
const manyDictionaries: World = { commands: [`${sizes} --dictionaries 5000`] };

/** A sentence whose worlds depend on no chance. */
function certain(sentence: string, pattern: RegExp, said: World, unsaid: World): Conclusion {
  return { sentence, pattern, said, unsaid, seeds: [1] };
}

/** What commands say beside their figures: where things are, what was left out, how much it takes. */
export const conclusions: readonly Conclusion[] = [
  certain("run.simulatedRun", /SIMULATED, not a real model/, plain, measured),
  certain("run.thinkingLimited", /thinking of at most 64 tokens/, limited, plain),
  certain("run.probedTurns", /asked only at turn 4, 8/, probed, plain),
  certain("run.endsAtFirstError", /each up to its first error/, limited, plain),
  certain("run.layersOnGpu", /29 layers on the GPU/, onGpu, measured),
  certain("run.mixedTimeLeftOut", /\d+ % of the time in mixed batches, not counted/, onGpu, measured),
  certain("run.decodedTogether", /tokens\/s together in batches of 1 first/, single, plain),
  certain("run.promptReused", /\d % of the prompt tokens/, plain, scored),
  certain("run.promptReusedBesidePrefix", /without the shared prefix of \d+ tokens/, plain, single),
  certain("run.rowsStand", /Every finished turn is in \S+: run 1\./, plain, scored),
  certain("run.rowsStand", /What became of it is in \S+: run 1\./, noModel, plain),
  certain("run.seeAsPage", /See it as a page: longhaul report/, plain, scored),
  certain("run.seeAsPage", /See it as a page: longhaul report/, plain, noModel),
  certain("run.otherModels", /See the models that are here: longhaul models/, noModel, plain),
  certain("run.pageWritten", /page\.html: open it in a browser/, page, plain),
  certain("run.rolloutsBroken", /\d rollouts? broken/, broken, plain),
  certain(
    "run.forecast",
    /at most about \d+ s in all: \d+ s to load and check it, \d+ s for its turns at the speed of the warm-up, whose conversations are short/,
    limitedReal,
    measured,
  ),
  certain(
    "run.forecast",
    /: about \d+ s in all: \d+ s to load and check it, \d+ s for its turns at the speed of the warm-up, whose conversations are short/,
    measured,
    plain,
  ),
  certain("run.hardlyReadable", /none of the first 16 answers can be read/, unreadable, plain),
  certain(
    "run.hardlyReadable",
    /little of the task\. Try more --shots\. What the model is asked/,
    unreadableByGrammar,
    unreadable,
  ),
  certain(
    "cures.tryThese",
    /little of the task\. Try --shots-as auto, --format integer or more --shots\./,
    unreadableText,
    unreadable,
  ),
  certain("run.playsLess", /plays 3 of the 5 rollouts and 4 of the 8 turns asked for/, short, plain),
  certain("run.wrongAnswer", /✗ expected -?\d+, the truth is -?\d+/, watched, flawless),
  certain(
    "differences.simulatedBesideReal",
    /engine \(a simulated model beside a real one\)/,
    engines,
    alike,
  ),
  certain("differences.promptWording", /differ in wording of the prompt/, reworded, alike),
  certain("dataset.rowsHeld", /3 of 4 keys; 0 repeat another/, papers, ours),
  certain("dataset.keysPerTurnOpen", /not said: --keys-per-turn decides/, papers, ours),
  certain("dataset.dictionaryShared", /20 entries, one for all rows/, papers, ours),
  certain(
    "dataset.dictionaryGathered",
    /2 entries that the rows use, .*the file holds no dictionary/,
    rowsAlone,
    papers,
  ),
  certain("dataset.valuesHeld", /mean 0\.00, \d occur before, 0 are 0/, papers, short),
  certain("dataset.zeroSums", /\d % of the turns, \d\S+ % of pairs of keys/, papers, short),
  certain("dataset.notPublishedWords", /not the published list: word 1 there is "about"/, otherWords, papers),
  certain("scoring.judgesNamed", /0 rollouts, per cent\. "live" and "final"/, healed, scored),
  certain(
    "scoring.rolloutsLeftOut",
    /5 rollouts left out: their history is not the model's own/,
    healed,
    scored,
  ),
  certain("scoring.turnsLeftOut", /5 turns left out, they do not follow one another/, damaged, rescored),
  certain("scoring.verdictsChanged", /changed: 0 classes, 30 answers/, damaged, rescored),
  certain("scoring.verdictsContradicted", /30 stored verdicts of this version are not/, damaged, rescored),
  certain("scoring.moreChanges", /and 10 more: --json lists all/, damaged, rescored),
  certain("scoring.noRunEnded", /No run has ended yet/, emptiedBefore, rescored),
  certain("scoring.noRun", /There is no run in this file/, emptied, verified),
  certain(
    "plan.planTotal",
    /How long it takes is unknown; how much memory is unknown/,
    unknownPlan,
    knownPlan,
  ),
  certain("plan.planTotal", /About \S+ m?s in all; at most \d+ MB of memory/, knownPlan, unknownPlan),
  certain("plan.durationRange", /About \S+ m?s to \S+ m?s in all/, searched, knownPlan),
  certain(
    "plan.memoryPlaces",
    /weights \S+ kB, KV cache \S+ kB, buffers \S+ [kM]B, program \S+ MB; all on the CPU/,
    onCpu,
    plain,
  ),
  certain(
    "plan.trialsShared",
    /2 trials carried out, 1 with the settings of another/,
    suiteOf("horizon", "degradation"),
    suiteOf("horizon"),
  ),
  certain("power.timedBy", /Its\s+time\s+is\s+that\s+of\s+run\s+2:/, twoSpeeds, powerAfterRun),
  certain("power.sizesWanted", /To see that one model gets 1\.2 times as far/, power, plain),
  certain("power.sizesSuppose", /This is for unpaired rollouts and a step accuracy that stays/, power, plain),
  certain("power.dictionariesCount", /Every rollout has a dictionary of its own here/, power, powerAfterRun),
  certain(
    "power.dictionariesTooFew",
    /10 dictionaries are too few, however many/,
    powerAfterRun,
    manyDictionaries,
  ),
  certain("power.dictionariesSuffice", /5,000 dictionaries are enough/, manyDictionaries, powerAfterRun),
  certain("power.durationUnknown", /How long it takes is not known/, power, powerAfterRun),
];

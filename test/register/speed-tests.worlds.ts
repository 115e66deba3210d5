import type { Conclusion, World } from "./world.ts";

const speed = "speed models/longhaul-ref-early.gguf -p 8 -n 4 -r 3 -t 1 --quiet";
const prompts = speed.replace("-n 4", "-n 0");
const stored = "speed --stored";
const simulated = "run --engine scripted:p=0.9 --rollouts 2 --turns 2";

/** Every repetition of the rows that are meant, as if it had taken so many milliseconds. */
function taking(milliseconds: readonly number[], where = "1", coreShare: number | null = null): string {
  const samples = milliseconds.map((ms) => ({ ms, cpuMs: coreShare === null ? null : ms * coreShare }));
  return `UPDATE speed_test SET samples = '${JSON.stringify({ samples, turns: [] })}' WHERE ${where}`;
}

const one: World = { commands: [prompts, stored] };
const hot: World = { ...one, tampering: taking([1, 1.05, 1.1, 1.16, 1.21]) };
const waking: World = { ...one, tampering: taking([1.21, 1.16, 1.1, 1.05, 1]) };
const noisy: World = { ...one, tampering: taking([1.1, 1, 1.21, 1.05, 1.16]) };
const few: World = { ...one, tampering: taking([1, 1.1, 1.21]) };

const shared: World = { ...one, tampering: taking([1, 1, 1], "1", 0.62) };
const whole: World = { ...one, tampering: taking([1, 1, 1], "1", 0.96) };

/** Sixty-four threads on one core. */
const onOne = (share: number): World => ({
  ...one,
  tampering: `${taking([1, 1, 1], "1", share)}; UPDATE speed_test SET settings = json_set(settings, '$.threads', 64);
    UPDATE machine SET logical_cores = 1, facts = NULL`,
});

const two = (before: readonly number[], after: readonly number[]): World => ({
  commands: [prompts, prompts, stored],
  tampering: `${taking(before)}; ${taking(after, "id = 2")}`,
});
const slower = two([1, 1.01, 0.99], [1.2, 1.21, 1.19]);
const faster = two([1.2, 1.21, 1.19], [1, 1.01, 0.99]);
const alike = two([1, 1.01, 0.99], [0.99, 1, 1.01]);
const once = two([1], [1.2]);
const released: World = {
  ...slower,
  tampering: `${slower.tampering}; UPDATE speed_test SET versions = '{"llama.cpp":"b1"}' WHERE id = 1`,
};
const otherThreads: World = {
  ...slower,
  tampering: `${slower.tampering}; UPDATE speed_test SET settings =
    json_set(settings, '$.threads', 4, '$.layers', 3, '$.backend', 'vulkan') WHERE id = 1`,
};
const otherAsked: World = {
  ...slower,
  tampering: `${slower.tampering}; UPDATE speed_test SET settings =
    json_set(settings, '$.asked.n_threads', 'auto') WHERE id = 1`,
};
const otherFile: World = {
  ...slower,
  tampering: `${slower.tampering}; INSERT INTO model (name, path, sha256, bytes, architecture, metadata)
    VALUES ('a', 'a', 'a', 1, 'a', '{}'); UPDATE speed_test SET model_id = 2 WHERE id = 1`,
};
/** The first of the two as in a container that may take half of a core. */
const otherQuota: World = {
  ...slower,
  tampering: `${slower.tampering}; CREATE TEMP TABLE other AS SELECT * FROM machine;
    UPDATE other SET id = id + 1000, facts = json_set(facts, '$.quotaCores', 0.5);
    INSERT INTO machine SELECT * FROM other; UPDATE speed_test SET machine_id = machine_id + 1000 WHERE id = 1`,
};

const limited = (limit: string, before: readonly number[]): World => ({
  commands: [prompts, `${prompts} --fail-slower ${limit}`],
  tampering: taking(before),
});
const tooSlow = limited("50%", [1e-6, 1.01e-6, 0.99e-6]);
const tooSlowWithOthers: World = {
  ...tooSlow,
  tampering: `${tooSlow.tampering}; UPDATE speed_test SET settings = json_set(settings, '$.threads', 4)`,
};
const fastEnough = limited("50%", [1e6, 1.01e6, 0.99e6]);
const maybeTooSlow = limited("all.low=50%", [1e-6, 1.01e-6, 0.99e-6]);
const unheld: World = { commands: [`${prompts} --fail-slower 5%`] };
const withoutInterval = limited("pp.low=5%", [1]);
const generated: World = { commands: [speed, stored] };
const onGpu: World = {
  commands: [speed, stored],
  tampering: "UPDATE speed_test SET settings = json_set(settings, '$.layers', 9, '$.backend', 'cuda')",
};
const unsampled: World = { commands: [`${speed} --sampling off`, stored] };
const theirs: World = {
  ...one,
  tampering: `UPDATE speed_test SET facts = json_set(facts, '$.against',
    json('{"program":"llama-bench","build":"b7","tokensPerSecond":[10,11,12]}'))`,
};
const withoutLogits: World = {
  ...one,
  tampering: "UPDATE speed_test SET facts = json_set(facts, '$.isExact', json('false'))",
};
const empty: World = { commands: [simulated, stored] };
const verified: World = { commands: [prompts, "verify"] };
const damaged: World = { ...verified, tampering: taking([1, 1, 1]) };
const runs: World = { commands: [simulated, "verify"] };

function certain(sentence: string, pattern: RegExp, said: World, unsaid: World): Conclusion {
  return { sentence: `speed-tests.${sentence}`, pattern, said, unsaid, seeds: [1] };
}

/** What is said of plain speed, on rows that were planted. */
export const conclusions: readonly Conclusion[] = [
  certain("repetitionsDrifted", /pp8: its repetitions drifted\. The last was 1\d % slower/, hot, noisy),
  certain("repetitionsDrifted", /pp8: its repetitions drifted\. The last was 2\d % faster/, waking, few),
  certain(
    "coresTaken",
    /pp8: its threads were without a core for 38 % of the time: other programs ran, or the model was read from disk/,
    shared,
    whole,
  ),
  certain("coresTaken", /its threads were without a core/, shared, few),
  certain("coresTaken", /its threads were without a core for 19 % of the time/, onOne(0.81), onOne(0.96)),
  certain("changedSince", /pp8: 17 % slower than test 1 of \S+ \(95 %: -1\d to -1\d %\)/, slower, alike),
  certain(
    "changedSince",
    /pp8: 20 % faster than test 1 of \S+ \(95 %: \+1\d to \+2\d %\)/,
    faster,
    otherFile,
  ),
  certain("changedSince", /pp8: 17 % slower than test 1/, slower, otherQuota),
  certain(
    "changedSince",
    /than test 1 of \S+ \(vulkan then, cpu now; 3 layers on the GPU then, 0 now; 4 threads then, 1 now\) \(95 %/,
    otherThreads,
    slower,
  ),
  certain("changedSince", /pp8: 17 % slower than test 1/, otherThreads, otherAsked),
  certain("changedSince", /than test 1 of \S+ \(llama\.cpp b1, now \S+\) \(95 %/, released, slower),
  certain("changedSince", /pp8: 17 % slower than test 1 of \S+; too few repetitions to say/, once, slower),
  certain(
    "slowerThanAllowed",
    /pp8: is 100 % slower than test 1, at most 50 % was asked/,
    tooSlow,
    fastEnough,
  ),
  certain(
    "slowerThanAllowed",
    /pp8: is 100 % slower than test 1 \(4 threads then, 1 now\), at most 50 % was asked/,
    tooSlowWithOthers,
    tooSlow,
  ),
  certain("slowerThanAllowed", /pp8: may be as much as 100 % slower than test 1/, maybeTooSlow, tooSlow),
  certain(
    "nothingToHoldAgainst",
    /pp8: there is no earlier test of the same model, machine/,
    unheld,
    fastEnough,
  ),
  certain("nothingToHoldAgainst", /pp8: it and the test before have too few/, withoutInterval, tooSlow),
  certain("memoryRead", /Memory: \d+ threads? together read \S+ [GM]B a second here\./, generated, onGpu),
  certain("memoryRead", /Memory: \d+ threads? together read/, generated, one),
  certain(
    "besideTheirs",
    /llama-bench: the same tests by it \(build b7\), in turns with ours, 3 pairs/,
    theirs,
    one,
  ),
  certain(
    "lastLogitsLeftOut",
    /pp8: the logits of the prompt's last token were left out/,
    withoutLogits,
    one,
  ),
  certain("sampledMeans", /"sampled": each token is sampled and goes in next/, generated, unsampled),
  certain("noSpeedTest", /There is no test of speed in this file/, empty, one),
  certain("speedTestsVerified", /1 test of speed: every seal holds/, verified, damaged),
  certain(
    "speedTestsVerified",
    /1 test of speed: changed since it was written: 1 \(pp8\)/,
    damaged,
    verified,
  ),
  certain("speedTestsVerified", /1 test of speed/, verified, runs),
];

import type { Conclusion, World } from "./world.ts";

const play = (name: string, ...flags: readonly string[]): string =>
  ["run models/longhaul-ref-early.gguf --quiet --rollouts 6 --turns 6 --parallel 3 --threads 1", ...flags]
    .concat(`--seed {seed} --name ${name}`)
    .join(" ");

const server = JSON.stringify({
  ...{ api: "openai", url: "http://127.0.0.1:8080/v1", isRemote: false, kind: "llama.cpp", version: null },
  ...{ model: "early", digest: null, fileSha256: null, filePath: null, contextLength: null, slots: null },
  ...{ unsent: [], told: null, tellsPrompt: true },
});
const served = `UPDATE run SET engine = 'openai', server = '${server}', kv_type_k = NULL WHERE id = 2;`;
const otherwise = `${served} UPDATE verdict SET answer = 77 WHERE turn_id IN
  (SELECT id FROM turn WHERE run_id = 2 AND rollout = 4 AND turn = 5);`;

/** One model twice, the second time as if a server had played it. */
const beside = (tampering: string, ...flags: readonly string[]): World => ({
  commands: [play("here", ...flags), play("there", ...flags), "compare 1 2"],
  tampering,
});

const sentence = "servers.servedAlikeNote";
const known = ["--confidence top2"];
export const conclusions: readonly Conclusion[] = [
  {
    sentence,
    pattern: /there via llama\.cpp gives the same answer as here in 36 of 36 turns that were asked alike\./,
    said: beside(served),
    unsaid: beside(otherwise),
  },
  {
    sentence,
    pattern:
      /in 34 of 35 turns that were asked alike; the others: 1 not known how near \(--confidence top2 tells\): rollout 4, turn 5 \(-?\d+ here, 77 there\)\./,
    said: beside(otherwise),
    unsaid: beside(served),
  },
  {
    sentence,
    pattern: /the others: 1 decided clearly: rollout 4, turn 5/,
    said: beside(otherwise, ...known),
    unsaid: beside(otherwise),
  },
  {
    sentence,
    pattern: /the others: 1 near tie \(two tokens within 0\.05 in log-odds\): rollout 4, turn 5/,
    said: beside(`${otherwise} ${near(0.01)}`, ...known),
    unsaid: beside(`${otherwise} ${near(0.2)}`, ...known),
  },
  {
    sentence: "speed.decodedByEach",
    pattern: /speed decode [\d,.]+ tokens\/s of each conversation among the others; of all together not told/,
    said: { commands: [play("here"), "show 1"], tampering: "DELETE FROM batch;" },
    unsaid: { commands: [play("here"), "show 1"] },
  },
  {
    sentence,
    pattern: /turns a second, .*; here --confidence took a part of the time\./,
    said: beside(served, ...known),
    unsaid: beside(served),
  },
  // Where neither can be read nobody knows whether both said the same, nor whether they are asked the same behind it.
  {
    sentence,
    pattern: /gives the same answer as here in 34 of 34 turns that were asked alike\./,
    said: beside(unread(1, 2)),
    unsaid: beside(served),
  },
  {
    sentence,
    pattern:
      /in 34 of 35 turns that were asked alike; the others: 1 not known how near \(--confidence top2 tells\): rollout 4, turn 5 \(-?\d+ here, none there\)\./,
    said: beside(unread(2)),
    unsaid: beside(unread(1, 2)),
  },
  // A server that words conversations otherwise has not asked the same.
  {
    sentence,
    pattern:
      /there via llama\.cpp is asked in other words than here \(a first prompt of \d+ tokens against \d+\), by another chat template, say: their answers are not compared one by one\./,
    said: beside(`${served} UPDATE turn SET prompt_tokens = prompt_tokens + 9 WHERE run_id = 2;`),
    unsaid: beside(served),
  },
  {
    sentence,
    pattern: /gives the same answer as/,
    said: beside(served),
    unsaid: beside(`${served} UPDATE turn SET prompt_tokens = prompt_tokens + 9 WHERE run_id = 2;`),
  },
  // Two runs in this process are no such pair.
  { sentence, pattern: /gives the same answer as/, said: beside(served), unsaid: beside("") },
];

/** The answer of one turn cannot be read in these runs. */
function unread(...runs: readonly number[]): string {
  return `${served} UPDATE verdict SET answer = NULL, class = 'no_tag', turn_correct = 0 WHERE turn_id IN
    (SELECT id FROM turn WHERE run_id IN (${runs.join(", ")}) AND rollout = 4 AND turn = 5);`;
}

/** How near the answer that differs was to another. */
function near(gap: number): string {
  return `UPDATE turn SET confidence = '{"first":1,"probabilities":[0.5],"gaps":[${gap}],"decides":0}'
    WHERE run_id = 1 AND rollout = 4 AND turn = 5;`;
}

import { historyUsage, parseHistory } from "../rollout/history/index.ts";
import { parseVotes, votesText, votesUsage } from "../rollout/votes.ts";
import { taskNames } from "../tasks/index.ts";
import { levels } from "../tasks/levels.ts";
import { promptForms, shotForms } from "../tasks/task.ts";
import { words } from "../tasks/words.ts";
import {
  choice,
  count,
  countOr,
  countOrNone,
  file,
  jsonObject,
  type Kind,
  number,
  text,
  textOrNone,
  toggle,
  turnList,
  word,
} from "./kinds.ts";
import { parseShard, shardText, wholeStudy } from "./shard.ts";

/**
 * What a setting means where runs stand side by side.
 *
 * - `question`: decides what is asked and how an answer is taken, so it must be equal.
 * - `sampling`: likewise, but only where something is drawn (above temperature 0).
 * - `contrast`: another way to compute the same model: another group, compared freely.
 * - `extent`: how much of it there is; instances are paired where both have them.
 * - `ending`: when a rollout ends; compared figure by figure.
 * - `speed`: decides how fast it goes, and nothing that is asked or answered.
 * - `name`: stands for other settings, which decide: told, and nothing is told apart by it.
 */
export type Role = "question" | "sampling" | "contrast" | "extent" | "ending" | "speed" | "name";

export interface Setting<Value, OneRole extends Role = Role> {
  readonly role: OneRole;
  readonly kind: Kind<Value>;
  /** What `longhaul run` does without the flag. */
  readonly standard: Value;
  readonly help: string;
  /** The command that tells what its values mean; absent: the help does. */
  readonly told?: string;
  /** What a row means that does not hold it; absent: the standard. */
  readonly before?: Value;
  /** Whether a suite may set it. */
  readonly isInSuites: boolean;
  /** Whether a data set file decides it, where there is one. */
  readonly isOfDataset?: true;
  /** A short flag, and the name that llama.cpp's own tools have for it; both are understood beside its own. */
  readonly shortFlag?: string;
  readonly llamaCppFlag?: string;
}

const kvTypes = ["f16", "f32", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl"] as const;

/**
 * Every setting of a run, once: flags, suites, rows, comparisons, forecasts and the line that makes a run again are all
 * derived from here. A new one is a line here and the code that acts on it.
 */
export const table = {
  task: setting(
    "question",
    choice(taskNames, "task"),
    "dict-sum",
    `what is carried out: ${taskNames.join(", ")}`,
  ),
  level: {
    ...setting(
      "name",
      choice(["none", "auto", ...levels.map(({ name }) => name)], "name"),
      "none",
      "a task with its sizes from a published list (longhaul levels), or auto: the hardest of them that fits every model of the command",
    ),
    told: "levels",
  },
  turns: setting("extent", count(1, 100_000), 60, "turns in a rollout"),
  rollouts: setting("extent", count(1, 1_000_000), 32, "conversations, each with its own keys"),
  shard: onlyByFlag(
    setting(
      "extent",
      text((given) => shardText(parseShard(given)), "k/n"),
      wholeStudy,
      "the share of the rollouts that this run plays, such as 3/8: the others are played elsewhere (longhaul merge)",
    ),
  ),
  keysPerTurn: setting("question", count(1, 10_000), 1, "steps in a turn"),
  dictionarySize: ofDataset(setting("question", count(2, words.length), 20, "entries in the dictionary")),
  valueMax: ofDataset(setting("question", count(1, 1_000_000), 99, "values lie in +-n, without 0")),
  values: ofDataset(
    setting(
      "question",
      choice(["zero-sum", "free"], "form"),
      "zero-sum",
      "zero-sum: the total does not drift; free: the paper's form",
    ),
  ),
  sharedDictionary: ofDataset(
    setting("question", toggle, false, "one dictionary for all rollouts, as in the paper's data"),
  ),
  shots: setting("question", count(0, 100), 4, "worked example turns in the instructions"),
  shotsAs: once(
    "text",
    setting(
      "question",
      choice(["auto", ...shotForms], "form"),
      "auto",
      "where those stand: turns of the conversation, text of the instructions, paper (text, and a reminder behind the dictionary), or auto: turns, unless the model's file says that it knows text alone",
    ),
  ),
  prompt: setting(
    "question",
    choice(promptForms, "form"),
    "direct",
    `how an answer is asked for: ${promptForms.join(", ")}`,
  ),
  burnIn: setting(
    "question",
    count(0, 1000, "turns"),
    0,
    "turns that are shown answered rightly before turn 1, where a model's first turn is its worst",
  ),
  start: setting(
    "question",
    choice(["neutral", "random"], "state"),
    "neutral",
    "neutral, or random: turn 1 is a step like the others",
  ),
  history: setting(
    "question",
    text((given) => parseHistory(given).text, "policy"),
    "own",
    `what the conversation shows of earlier turns: ${historyUsage}`,
  ),
  votes: setting(
    "question",
    text((given) => votesText(parseVotes(given)), "rule"),
    "none",
    `samples a turn: ${votesUsage}`,
  ),
  format: setting(
    "question",
    choice(["free", "integer"], "form"),
    "free",
    "free, or integer: a grammar lets only a tagged integer through",
  ),
  thinking: setting(
    "question",
    choice(["off", "on"], "mode"),
    "off",
    "on: the template is told to reason (models that can)",
  ),
  thinkingBudget: setting(
    "question",
    countOrNone(1, 1_000_000, "tokens"),
    null,
    "reasoning is closed after so many tokens, or none",
  ),
  reasoningEffort: setting(
    "question",
    textOrNone(word, "level"),
    null,
    "how hard a template is told to reason, in a word of its own: low, high, ...",
  ),
  keepReasoning: setting(
    "question",
    choice(["template", "all", "none"], "which"),
    "template",
    "reasoning that stays in the history: as the template has it, all, or none",
  ),
  chatTemplateKwargs: setting(
    "question",
    textOrNone(jsonObject, "json"),
    null,
    "other variables of the template, as a JSON object",
  ),
  probe: onlyByFlag(
    setting("question", turnList, null, "ask only these turns, the history before them is given; or all"),
  ),
  until: setting(
    "ending",
    choice(["end", "first-error"], "when"),
    "end",
    "end, or first-error: a rollout stops at its first wrong answer",
  ),
  stopAtFloor: setting(
    "ending",
    toggle,
    false,
    "end a run as soon as it is plain that hardly any of its answers can be read",
  ),
  dataset: onlyByFlag(
    setting("question", file, null, "play the instances of a data set file (longhaul dataset --help)"),
  ),
  seed: setting("extent", count(0, Number.MAX_SAFE_INTEGER), 1, "of the instances and of sampling"),
  temperature: setting("question", number(0, 100, "t"), 0, "0 is greedy"),
  topP: setting("sampling", number(0, 1, "p"), 1, "nucleus sampling; 1 is off"),
  topK: setting("sampling", count(0, 1_000_000, "k"), 0, "0 is off"),
  minP: setting("sampling", number(0, 1, "p"), 0, "0 is off"),
  maxAnswerTokens: setting(
    "question",
    countOr("auto", 1, 1_000_000),
    "auto",
    "an answer is cut there and counts as truncated; auto: room for every right answer",
  ),
  stop: setting(
    "question",
    choice(["answer", "eog"], "when"),
    "answer",
    "answer: at the closing answer tag; eog: when the model ends",
  ),
  chatTemplate: onlyByFlag(setting("contrast", file, null, "a Jinja template instead of the model's own")),
  parallel: setting(
    "speed",
    countOr("auto", 1, 4096),
    "auto",
    "conversations at a time, or auto: before a long run the fastest number is measured; 1 gives the headline latency",
  ),
  gpu: setting(
    "contrast",
    choice(["auto", "off", "cuda", "vulkan", "metal"], "backend"),
    "auto",
    "auto, off, cuda, vulkan or metal",
  ),
  gpuLayers: called(
    { llamaCppFlag: "--n-gpu-layers" },
    setting("speed", countOr("auto", 0, 10_000), "auto", "layers on the GPU, or auto"),
  ),
  threads: called(
    { shortFlag: "-t" },
    setting("speed", countOr("auto", 1, 1024), "auto", "CPU threads, or auto: the fastest in a short trial"),
  ),
  context: called(
    { shortFlag: "-c", llamaCppFlag: "--ctx-size" },
    setting(
      "speed",
      countOr("auto", 64, 16_777_216, "tokens"),
      "auto",
      "context length of a conversation, or auto",
    ),
  ),
  kvTypeK: called(
    { llamaCppFlag: "--cache-type-k" },
    setting("contrast", choice(kvTypes, "type"), "f16", `KV cache type of keys: ${kvTypes.join(", ")}`),
  ),
  kvTypeV: called(
    { llamaCppFlag: "--cache-type-v" },
    setting("contrast", choice(kvTypes, "type"), "f16", `KV cache type of values: ${kvTypes.join(", ")}`),
  ),
  flashAttention: called(
    { llamaCppFlag: "--flash-attn" },
    setting(
      "contrast",
      choice(["auto", "on", "off"], "mode"),
      "auto",
      "on, off, or auto: wherever it exists, since it is faster and smaller",
    ),
  ),
  // The binding evaluates a batch whole, so that llama.cpp's two sizes of batches are one.
  batchSize: called(
    { shortFlag: "-b", llamaCppFlag: "--ubatch-size" },
    setting("speed", count(32, 65_536, "tokens"), 512, "tokens that are evaluated at once at most"),
  ),
  loadMode: setting(
    "speed",
    choice(["auto", "none", "mmap", "mlock", "mmap+mlock", "dio"], "mode"),
    "auto",
    "how the file is loaded: auto, none, mmap, mlock, mmap+mlock or dio, as llama.cpp has them",
  ),
  // It takes time and changes no answer: rights and wrongs go together, speeds stand apart.
  confidence: setting(
    "speed",
    choice(["off", "chosen", "top2"], "what"),
    "off",
    "how sure the model was of each answer: chosen, the probability of its tokens; top2, the gap to the likeliest others, too; both take time",
  ),
  lora: onlyByFlag(setting("contrast", file, null, "a LoRA adapter (GGUF) that is put on the model")),
};

/** A setting that came later. @param before what was done when rows did not hold it */
function once<OneRole extends Role, Value>(
  before: NoInfer<Value>,
  one: Setting<Value, OneRole>,
): Setting<Value, OneRole> {
  return { ...one, before };
}

function called<OneRole extends Role, Value>(
  names: Pick<Setting<Value>, "shortFlag" | "llamaCppFlag">,
  one: Setting<Value, OneRole>,
): Setting<Value, OneRole> {
  return { ...one, ...names };
}

function setting<OneRole extends Role, Value>(
  role: OneRole,
  kind: Kind<Value>,
  standard: NoInfer<Value>,
  help: string,
): Setting<Value, OneRole> {
  return { role, kind, standard, help, isInSuites: true };
}

function onlyByFlag<OneRole extends Role, Value>(one: Setting<Value, OneRole>): Setting<Value, OneRole> {
  return { ...one, isInSuites: false };
}

function ofDataset<OneRole extends Role, Value>(one: Setting<Value, OneRole>): Setting<Value, OneRole> {
  return { ...one, isOfDataset: true };
}

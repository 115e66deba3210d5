import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LlamaModel, Token } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Chat, createChat } from "../../src/chat/chat.ts";
import type { HistoryMessage } from "../../src/chat/message.ts";
import { plainTemplate } from "../../src/chat/plain-template.ts";
import type { Tokenizer } from "../../src/chat/tokenizer.ts";
import { type Binding, loadBinding, tokenizerOf } from "../../src/engine/llama/binding.ts";
import { jinjaOf } from "../../src/engine/llama/native-jinja.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { openingOf } from "../../src/tasks/opening.ts";
import { plainChat } from "../engine/llama/plain-chat.ts";
import { bundledTemplates, withBundled } from "./bundled-templates.ts";

/**
 * Vocabularies in llama.cpp's source with a template of their family there, or the plain format where the family has
 * none or came without one; and how much of all that twenty turns' prompts hold is evaluated a second time, in percent.
 * Where it is more than nothing, the history frames an answer otherwise than the prompt did: a closed or an opened
 * reasoning block before it is left out.
 */
const families = [
  ["llama-bpe", "meta-llama-Llama-3.1-8B-Instruct", 0],
  ["llama-bpe", "meta-llama-Llama-3.2-3B-Instruct", 0],
  ["qwen2", "Qwen-Qwen2.5-7B-Instruct", 0],
  ["phi-3", "microsoft-Phi-3.5-mini-instruct", 0],
  ["llama-spm", null, 0],
  ["deepseek-llm", null, 0],
  ["deepseek-coder", null, 0],
  ["falcon", null, 0],
  ["gpt-2", null, 0],
  ["gpt-neox", null, 0],
  ["mpt", null, 0],
  ["starcoder", null, 0],
  ["refact", null, 0],
  ["aquila", null, 0],
  ["baichuan", null, 0],
  ["qwen2", "Qwen-Qwen3-0.6B", 2.5],
  ["qwen2", "Qwen-QwQ-32B", 2.5],
  ["qwen2", "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B", 2.1],
  ["qwen35", "Qwen3.5-4B", 2.5],
  ["gemma-4", "google-gemma-4-31B-it", 2.1],
  // Its prompt ends in a long instruction that the history leaves out.
  ["command-r", "CohereForAI-c4ai-command-r-plus-tool_use", 21.3],
] as const;

const answers = [
  "<answer>5</answer>",
  " <answer>-17</answer>",
  "<answer> 42 </answer>\n",
  "The total is 7.\n\n<answer>7</answer>",
  "\n<answer>8</answer>",
  "  <answer>9</answer>  ",
  "<answer>10</answer>\n\n",
  "so  12 ",
  "5",
  " 6",
  "\n7",
  "8\n",
  "<answer>1,234</answer>",
  "\t3",
  "ä <answer>2</answer>",
  "<Answer>5</Answer>",
  "  5  + 3 = <answer>8</answer>",
  "\n\n\n0",
  "<answer>\n4\n</answer>",
  "-0 ",
];

/** As `longhaul run` begins without a flag. */
const task = tasks["dict-sum"];
const instance = createInstance(task, standardSettings, 1, 0);
const opening: HistoryMessage[] = [
  ...openingOf(task, { ...standardSettings, shotsAs: "text" }, instance),
  { role: "user", content: task.question(instance.turns[0]?.keys ?? []) },
];

const templates = bundledTemplates();
const folder = mkdtempSync(join(tmpdir(), "longhaul-vocabularies-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(templates === null)("on the vocabularies that llama.cpp is tested with", () => {
  let binding: Binding;
  const loaded = new Map<string, { model: LlamaModel; tokenizer: Tokenizer }>();

  beforeAll(async () => {
    withBundled("models", (source) => {
      for (const name of readdirSync(join(source, "models")).filter((one) => one.endsWith(".gguf")))
        copyFileSync(join(source, "models", name), join(folder, name));
    });
    binding = await loadBinding("off");
  });
  afterAll(() => binding.llama.dispose());

  async function load(vocabulary: string) {
    let known = loaded.get(vocabulary);
    if (known === undefined) {
      const modelPath = join(folder, `ggml-vocab-${vocabulary}.gguf`);
      const model = await binding.llama.loadModel({ modelPath, vocabOnly: true, gpuLayers: 0 });
      known = { model, tokenizer: tokenizerOf(model) };
      loaded.set(vocabulary, known);
    }
    return known;
  }

  function chatOf(tokenizer: Tokenizer, template: string | null): Chat {
    const text = template === null ? plainTemplate : (templates?.get(`${template}.jinja`) ?? "");
    return createChat({ text, source: "model" }, tokenizer, plainChat, jinjaOf(binding.llama));
  }

  /** Twenty turns; of each how many tokens were lost, and how many are new. */
  function play(chat: Chat, model: LlamaModel, tokenizer: Tokenizer) {
    const messages = opening.slice();
    let before = chat.prompt(messages);
    return answers.map((answer) => {
      const ids = tokenizer.tokenize(answer, false, true);
      const own = { text: model.detokenize(ids as Token[], true), ids, generation: before.generation };
      messages.push({ role: "assistant", content: own.text, own }, { role: "user", content: "above" });
      const after = chat.prompt(messages);
      const kept = [...before.tokens, ...ids];
      const lost = kept.length - kept.findIndex((id, index) => after.tokens[index] !== id);
      const isKept = kept.every((id, index) => after.tokens[index] === id);
      const played = {
        lost: isKept ? 0 : lost,
        fresh: after.tokens.length - kept.length,
        after,
        ids,
        before,
      };
      before = after;
      return played;
    });
  }

  describe.each(families)("%s with %s", (vocabulary, template, percentLost) => {
    it("words given texts as llama.cpp does, token for token", async () => {
      const { tokenizer } = await load(vocabulary);
      const chat = chatOf(tokenizer, template);
      const messages: HistoryMessage[] = [
        ...opening,
        ...answers.flatMap((content): HistoryMessage[] => [
          { role: "assistant", content },
          { role: "user", content: "above" },
        ]),
      ];
      const text = chat.renderer.render(messages);
      const start = tokenizer.prependBos && tokenizer.bosId !== null ? [tokenizer.bosId] : [];
      expect(chat.prompt(messages).text()).toBe(text);
      expect(chat.prompt(messages).tokens).toEqual([...start, ...tokenizer.tokenize(text, true)]);
    });

    it("lets a model's own words stand, and evaluates question and frame alone", async () => {
      const { model, tokenizer } = await load(vocabulary);
      const turns = play(chatOf(tokenizer, template), model, tokenizer);
      for (const { lost, fresh, ids, before, after } of turns) {
        expect(after.answerForm).not.toBe("rewritten");
        if (percentLost === 0) expect(lost).toBe(0);
        // The answer and what stood in the prompt behind the question, no more.
        expect(lost).toBeLessThanOrEqual(ids.length + before.generationTokens);
        // Question and frame: as in any other turn, whatever was said.
        expect(Math.abs(fresh - (turns[0]?.fresh ?? 0))).toBeLessThanOrEqual(2);
      }
      const sum = (of: (turn: (typeof turns)[number]) => number): number =>
        turns.reduce((total, turn) => total + of(turn), 0);
      const share = sum(({ lost }) => lost) / sum(({ after }) => after.tokens.length);
      expect(100 * share).toBeCloseTo(percentLost, 1);
    });
  });
});

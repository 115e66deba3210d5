import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findReasoning, type FoundReasoning } from "../../src/chat/find-reasoning.ts";
import { createRenderer } from "../../src/chat/renderer.ts";
import type { TemplateVariables } from "../../src/chat/variables.ts";
import { type Binding, loadBinding } from "../../src/engine/llama/binding.ts";
import { jinjaOf } from "../../src/engine/llama/native-jinja.ts";
import { bundledTemplates } from "./bundled-templates.ts";

const bundled = bundledTemplates();

let binding: Binding;
beforeAll(async () => {
  binding = await loadBinding("off");
});
afterAll(async () => {
  await binding.llama.dispose();
});

function find(
  template: string,
  thinking: boolean,
  specialTexts: readonly string[] = [],
  variables: TemplateVariables = {},
): FoundReasoning {
  const tokens = { bosText: "<s>", eosText: "</s>", prependBos: true, appendEos: false };
  const all = { ...variables, enable_thinking: thinking, thinking };
  const renderer = createRenderer(template, tokens, all, jinjaOf(binding.llama));
  return findReasoning(renderer, { thinking, templateText: template, specialTexts });
}

/**
 * What llama.cpp's templates should give: the marks; whether the prompt opens reasoning with thinking on and off;
 * whether thinking can be turned off and on. Marks are those of llama.cpp's own parsers (common/chat.cpp), asked with a
 * program, but where a comment says otherwise.
 */
const expected: Readonly<Record<string, readonly [string, string, string, string]>> = {
  // llama.cpp finds nothing here; the template names both marks.
  "Apertus-8B-Instruct": ["<|inner_prefix|>", "<|inner_suffix|>", "", "off on"],
  // llama.cpp takes the assistant's header for the start; what opens reasoning is a sentence of the prompt.
  "Apriel-1.6-15b-Thinker-fixed": ["", "[BEGIN FINAL RESPONSE]", "on off", "on"],
  "Bielik-11B-v3.0-Instruct": ["<think>", "</think>", "on", "off on"],
  "ByteDance-Seed-OSS": ["<seed:think>", "</seed:think>", "", "on"],
  Cohere2MoE: ["<|START_THINKING|>", "<|END_THINKING|>", "on off", "on"],
  "CohereForAI-c4ai-command-r7b-12-2024-tool_use": ["<|START_THINKING|>", "<|END_THINKING|>", "", "off on"],
  "GLM-4.6": ["<think>", "</think>", "", "off on"],
  "GLM-4.7-Flash": ["<think>", "</think>", "on", "off on"],
  "HuggingFaceTB-SmolLM3-3B": ["<think>", "</think>", "", "off on"],
  "Kimi-K2-Thinking": ["<think>", "</think>", "", "on"],
  "Kimi-K3": ["<|open|>think<|sep|>", "<|close|>think<|sep|>", "on", "off on"],
  "LFM2.5-8B-A1B": ["<think>", "</think>", "", "on"],
  "LFM2.5-Instruct": ["<think>", "</think>", "", "on"],
  "MiniMax-M2": ["<think>", "</think>", "on off", "on"],
  "MiniMax-M3": ["<mm:think>", "</mm:think>", "", "on"],
  "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": ["<think>", "</think>", "on", "off on"],
  "NVIDIA-Nemotron-Nano-v2": ["<think>", "</think>", "on off", "on"],
  "Qwen-QwQ-32B": ["<think>", "</think>", "on", "off on"],
  "Qwen-Qwen3-0.6B": ["<think>", "</think>", "", "off on"],
  "Qwen3.5-4B": ["<think>", "</think>", "on", "off on"],
  "Reka-Edge": ["<think>", "</think>", "on", "off on"],
  "StepFun3.5-Flash": ["<think>", "</think>", "on off", "on"],
  "deepseek-ai-DeepSeek-R1-Distill-Llama-8B": ["<think>", "</think>", "on off", "on"],
  "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B": ["<think>", "</think>", "on", "off on"],
  "deepseek-ai-DeepSeek-V3.1": ["<think>", "</think>", "on", "off on"],
  "deepseek-ai-DeepSeek-V3.2": ["<think>", "</think>", "on", "off on"],
  "deepseek-ai-DeepSeek-V4": ["<think>", "</think>", "on", "off on"],
  "deepseek-ai-DeepSeek-V4-Flash-0731": ["<think>", "</think>", "on", "off on"],
  "google-gemma-4-31B-it": ["<|channel>thought", "<channel|>", "", "off on"],
  "google-gemma-4-31B-it-interleaved": ["<|channel>thought", "<channel|>", "", "off on"],
  // Its instructions to reason are its own system text, which ours takes the place of.
  "ibm-granite-granite-3.3-2B-Instruct": ["<think>", "</think>", "", "off"],
  "llama-cpp-deepseek-r1": ["<think>", "</think>", "on off", "on"],
  "llama-cpp-rwkv-world": ["<think>", "</think>", "on", "off on"],
  "mistralai-Ministral-3-14B-Reasoning-2512": ["[THINK]", "[/THINK]", "", "on"],
  // llama.cpp has a parser for it that knows these marks, and names none.
  "muse-glimmer": ["to=self<|message|>", "<|eom|>", "", "on"],
  "openai-gpt-oss-120b": ["<|channel|>analysis<|message|>", "<|end|>", "", "on"],
  "openbmb-MiniCPM5-1B": ["<think>", "</think>", "on", "off on"],
  "poolside-Laguna-S-2.1": ["<think>", "</think>", "on", "off on"],
  "poolside-Laguna-XS-2.1": ["<think>", "</think>", "on", "off on"],
  "poolside-Laguna-XS.2": ["<think>", "</think>", "on", "off on"],
  // It closes reasoning unless it is told an effort.
  "tencent-Hy3": ["<think:opensource>", "</think:opensource>", "", "off"],
  // llama.cpp finds nothing here; the template tells of its answers' form, and its models begin with this sentence.
  "unsloth-Apriel-1.5": ["Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]", "", "on"],
  // llama.cpp finds nothing here: the template takes reasoning by another name.
  "upstage-Solar-Open-100B": ["<|think|>", "<|end|>", "", "on"],
};

/** Parsers of llama.cpp know reasoning here by the template's tools, without a word of it in the template. */
const unnamed = [
  "Kimi-K2-Instruct",
  "LFM2-8B-A1B",
  "moonshotai-Kimi-K2",
  "unsloth-mistral-Devstral-Small-2507",
];

const needs = bundled === null ? " (skipped: they are read with git out of the binding's bundle)" : "";
describe.skipIf(bundled === null)(`reasoning under llama.cpp's templates${needs}`, () => {
  it("is found where there is some, with its marks and what the modes do", () => {
    const found = Object.fromEntries(
      [...(bundled ?? [])].flatMap(([file, template]) => {
        const [on, off] = [find(template, true), find(template, false)];
        if (on.reasoning === null && off.reasoning === null) return [];
        expect(markOf(on), file).toEqual(markOf(off));
        expect({ ...on, reasoning: null }, file).toEqual({ ...off, reasoning: null });
        const opened = words({ on: on.reasoning?.isOpened, off: off.reasoning?.isOpened });
        const turns = words({ off: on.canBeTurnedOff, on: on.canBeTurnedOn });
        return [[file.replace(".jinja", ""), [...markOf(on), opened, turns]]];
      }),
    );
    expect(found).toEqual(expected);
    expect(bundled?.size).toBe(68);
    expect(unnamed.filter((name) => bundled?.has(`${name}.jinja`))).toEqual(unnamed);
  });

  it("closes what only the prompt opens as it was opened", () => {
    const opening = (mark: string): string =>
      "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}" +
      `{% if add_generation_prompt %}<|assistant|>{% if enable_thinking %}${mark}{% endif %}{% endif %}`;
    const closing = (mark: string) => find(opening(mark), true).reasoning?.closing;
    expect(closing("{{ '<think>\\n' }}")).toBe("\n</think>\n\n");
    expect(closing("<think>")).toBe("</think>");
    expect(find(opening("<think>"), false).reasoning?.closing).toBe("</think>");
  });

  it("is closed as the template closes it, up to the answer's beginning", () => {
    const closing = (name: string): string | undefined =>
      find(bundled?.get(`${name}.jinja`) ?? "", true).reasoning?.closing;
    expect(closing("Qwen-Qwen3-0.6B")).toBe("\n</think>\n\n");
    expect(closing("Qwen-QwQ-32B")).toBe("\n</think>\n\n");
    expect(closing("deepseek-ai-DeepSeek-V3.1")).toBe("</think>");
    expect(closing("openai-gpt-oss-120b")).toBe("<|end|><|start|>assistant<|channel|>final<|message|>");
    expect(closing("Kimi-K3")).toBe("<|close|>think<|sep|><|open|>response<|sep|>");
    expect(closing("CohereForAI-c4ai-command-r7b-12-2024-tool_use")).toBe(
      "<|END_THINKING|><|START_RESPONSE|>",
    );
    expect(closing("Cohere2MoE")).toBe("<|END_THINKING|><|START_TEXT|>");
    expect(closing("google-gemma-4-31B-it")).toBe("<channel|>");
    expect(closing("ibm-granite-granite-3.3-2B-Instruct")).toBe("</think><response>");
    expect(closing("mistralai-Ministral-3-14B-Reasoning-2512")).toBe("[/THINK]");
    expect(closing("upstage-Solar-Open-100B")).toBe("<|end|><|begin|>assistant<|content|>");
  });

  it("knows what stands around answers", () => {
    const wrappers = (name: string) => find(bundled?.get(`${name}.jinja`) ?? "", true).reasoning?.wrappers;
    expect(wrappers("Kimi-K3")).toEqual([["<|open|>response<|sep|>", "<|close|>response<|sep|>"]]);
    expect(wrappers("openai-gpt-oss-120b")?.[0]).toEqual(["<|start|>assistant", ""]);
    expect(wrappers("openai-gpt-oss-120b")?.[1]?.[0]).toBe("<|channel|>final<|message|>");
    expect(wrappers("ibm-granite-granite-3.3-2B-Instruct")).toEqual([["<response>", "</response>"]]);
    expect(wrappers("Qwen-Qwen3-0.6B")).toEqual([]);
  });

  it("goes by what else the template is told", () => {
    const template = bundled?.get("tencent-Hy3.jinja") ?? "";
    expect(find(template, true, [], { reasoning_effort: "high" })).toMatchObject({
      reasoning: { start: "<think:opensource>", isOpened: true },
      canBeTurnedOn: true,
    });
  });
});

const before =
  "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<|assistant|>";

describe("reasoning under a template of another make", () => {
  it("is found by marks that nobody has seen before", () => {
    const template =
      "{% for m in messages %}<|{{ m.role }}|>{% if m.reasoning_content %}<muse>{{ m.reasoning_content }}</muse>\n{% endif %}{{ m.content }}<|over|>{% endfor %}" +
      "{% if add_generation_prompt %}<|assistant|>{% endif %}";
    expect(find(template, true).reasoning).toEqual({
      isOpened: false,
      start: "<muse>",
      ends: ["</muse>"],
      closing: "</muse>\n",
      wrappers: [],
      foundBy: "template",
    });
  });

  it("is found though it raises in the mode that was not asked for", () => {
    const template = `{% if not enable_thinking %}{{ raise_exception('always thinks') }}{% endif %}${before}<think>\n{% endif %}`;
    expect(find(template, true)).toMatchObject({
      reasoning: { start: "<think>", ends: ["</think>"], isOpened: true, foundBy: "prompt" },
      canBeTurnedOff: false,
      canBeTurnedOn: true,
    });
  });

  it("is closed, not open, where a bare end stands at the prompt's end", () => {
    const template = `${before}{% if enable_thinking %}<mind>{% else %}</mind>{% endif %}{% endif %}`;
    expect(find(template, false)).toMatchObject({
      reasoning: { start: "<mind>", ends: ["</mind>"], isOpened: false },
      canBeTurnedOff: true,
    });
    expect(find(template, true).reasoning?.isOpened).toBe(true);
  });

  it("is known by its name where a prompt opens it under an unknown one", () => {
    expect(find(`${before}<deep_thought>\n{% endif %}`, true)).toMatchObject({
      reasoning: { start: "<deep_thought>", ends: ["</deep_thought>"], isOpened: true },
      canBeTurnedOff: false,
    });
  });

  it("is found where a template only cuts it out of answers, and opens it", () => {
    const cuts =
      "{% for m in messages %}[|{{ m.role }}|]{{ m.content.split('</thought>')[-1] }}[|endofturn|]{% endfor %}" +
      "{% if add_generation_prompt %}[|assistant|]<thought>\n{% endif %}";
    expect(find(cuts, false)).toMatchObject({
      reasoning: { start: "<thought>", ends: ["</thought>"], isOpened: true, wrappers: [] },
      canBeTurnedOff: false,
    });
  });

  it("is told from what stands around answers", () => {
    const wraps =
      "{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}" +
      "{% if m.reasoning_content %}<think>\n{{ m.reasoning_content }}\n</think>\n\n{% endif %}" +
      "<response>\n{{ m.content }}\n</response>{% else %}{{ m.content }}{% endif %}{% endfor %}" +
      "{% if add_generation_prompt %}<|assistant|>{% if enable_thinking %}<think>\n{% endif %}{% endif %}";
    const { reasoning } = find(wraps, true);
    expect(reasoning).toMatchObject({
      isOpened: true,
      start: "<think>",
      ends: ["</think>"],
      closing: "\n</think>\n\n<response>\n",
      wrappers: [["<response>", "</response>"]],
    });
  });

  it("is found by special tokens, last, and then nothing says that it comes unasked, nor when asked", () => {
    const template = `${before}{% endif %}`;
    expect(find(template, false, ["[INST]", "[THINK]", "[/THINK]"])).toEqual({
      reasoning: expect.objectContaining({ start: "[THINK]", ends: ["[/THINK]"], foundBy: "vocabulary" }),
      canBeTurnedOff: true,
      canBeTurnedOn: false,
    });
    const harmony = ["<|channel|>", "<|message|>", "<|start|>", "<|end|>"];
    expect(find(template, false, harmony).reasoning?.start).toBe("<|channel|>analysis<|message|>");
  });

  it("is none where nothing tells of it, whatever else differs", () => {
    const special = ["<|im_start|>", "<|im_end|>", "<|end|>", "<|message|>", "[INST]"];
    expect(find(`${before}{% endif %}`, true, special)).toEqual({
      reasoning: null,
      canBeTurnedOff: true,
      canBeTurnedOn: false,
    });
    const polite = `{% if enable_thinking %}Take your time. {% endif %}${before}{% endif %}`;
    expect(find(polite, true)).toEqual({ reasoning: null, canBeTurnedOff: true, canBeTurnedOn: true });
  });
});

function markOf({ reasoning }: FoundReasoning): string[] {
  return [reasoning?.start ?? "none", reasoning?.ends[0] ?? "none"];
}

function words(holds: Readonly<Record<string, boolean | undefined>>): string {
  return Object.keys(holds)
    .filter((name) => holds[name] === true)
    .join(" ");
}

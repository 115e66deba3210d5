import type { Reasoning } from "./reasoning.ts";

/** How the models of a family mark their reasoning. */
export interface Family extends Pick<Reasoning, "start" | "ends" | "closing" | "wrappers"> {
  /** A text by which a template of the family is told from others with the same marks. */
  readonly sign?: string;
}

/** Where marks are the same, the family with a sign comes first. */
export const families: readonly Family[] = [
  // Granite 3.3
  {
    ...tags("<think>", "</think>"),
    closing: "</think><response>",
    wrappers: [["<response>", "</response>"]],
    sign: "<response></response>",
  },
  // Qwen, QwQ, DeepSeek, GLM, Kimi K2, MiniMax M2, Nemotron, SmolLM3, LFM2.5, StepFun, Laguna and more
  { ...tags("<think>", "</think>"), closing: "\n</think>\n\n" },
  // Magistral, Ministral, Devstral
  tags("[THINK]", "[/THINK]"),
  // gpt-oss: a message for its reasoning, one or more for the answer
  {
    start: "<|channel|>analysis<|message|>",
    ends: ["<|end|>", "<|channel|>final<|message|>"],
    closing: "<|end|><|start|>assistant<|channel|>final<|message|>",
    wrappers: [
      ["<|start|>assistant", ""],
      ["<|channel|>final<|message|>", "<|return|>"],
      ["<|channel|>commentary<|message|>", "<|end|>"],
      ["<|channel|>commentary to=assistant", ""],
    ],
  },
  // Gemma 4
  tags("<|channel>thought", "<channel|>"),
  tags("<seed:think>", "</seed:think>"),
  // Command R7B, Command A Reasoning; with a text of another name in newer ones
  {
    start: "<|START_THINKING|>",
    ends: ["<|END_THINKING|>", "<|START_RESPONSE|>", "<|START_TEXT|>"],
    closing: "<|END_THINKING|><|START_RESPONSE|>",
    wrappers: [
      ["<|START_RESPONSE|>", "<|END_RESPONSE|>"],
      ["<|START_TEXT|>", "<|END_TEXT|>"],
    ],
  },
  // MiniMax M3
  tags("<mm:think>", "</mm:think>"),
  // Kimi-VL
  tags("◁think▷", "◁/think▷"),
  // Kimi K3
  {
    start: "<|open|>think<|sep|>",
    ends: ["<|close|>think<|sep|>", "<|open|>response<|sep|>"],
    closing: "<|close|>think<|sep|><|open|>response<|sep|>",
    wrappers: [["<|open|>response<|sep|>", "<|close|>response<|sep|>"]],
  },
  // Hy3
  tags("<think:opensource>", "</think:opensource>"),
  // Apertus
  tags("<|inner_prefix|>", "<|inner_suffix|>"),
  // Apriel
  {
    start: "Here are my reasoning steps:",
    ends: ["[BEGIN FINAL RESPONSE]"],
    closing: "\n[BEGIN FINAL RESPONSE]\n",
    wrappers: [["", "[END FINAL RESPONSE]"]],
  },
  // Solar Open
  {
    start: "<|think|>",
    ends: ["<|end|>", "<|content|>"],
    closing: "<|end|><|begin|>assistant<|content|>",
    wrappers: [
      ["<|begin|>assistant", ""],
      ["<|content|>", "<|end|>"],
    ],
    sign: "<|begin|>assistant",
  },
  // Muse: a message to itself, one to the user
  {
    start: "to=self<|message|>",
    ends: ["<|eom|>"],
    closing: "<|eom|><|start|>assistant to=user<|message|>",
    wrappers: [
      ["<|start|>assistant", ""],
      ["to=user<|message|>", "<|eot|>"],
      ["<|message|>", "<|eom|>"],
    ],
    sign: "to=self",
  },
  // EXAONE and others
  { ...tags("<thought>", "</thought>"), closing: "\n</thought>\n\n" },
  { ...tags("<thinking>", "</thinking>"), closing: "\n</thinking>\n\n" },
  { ...tags("<reasoning>", "</reasoning>"), closing: "\n</reasoning>\n\n" },
];

function tags(start: string, end: string): Family {
  return { start, ends: [end], closing: end, wrappers: [] };
}

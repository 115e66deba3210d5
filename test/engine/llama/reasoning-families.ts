/** A way of reasoning, as a small template of that kind and what a model under it writes. */
export interface ReasoningFamily {
  readonly name: string;
  /** What a vocabulary of the family has as tokens, the mark that ends a turn among them. */
  readonly marks: readonly string[];
  /** What the model writes before it reasons, and between reasoning and answer; of that, what ends reasoning. */
  readonly start: string;
  readonly closing: string;
  readonly end: string;
  /** The prompt's end, and what stands there where it opens reasoning. */
  readonly header: string;
  readonly opener: string;
  /** Of an answer in the history: with reasoning {R} and content {C}. */
  readonly answer: string;
  readonly plain: string;
}

/** The mark that ends a message. */
export const messageEnd = "<|over|>";

/** Where an assistant's turn is its mark, reasoning between two tags, and the answer. */
function tagged(
  name: string,
  start: string,
  closing: string,
  marks: readonly string[],
  end = closing.trim(),
): ReasoningFamily {
  return {
    name,
    marks,
    start,
    closing,
    end,
    header: "<|assistant|>",
    opener: start,
    answer: `<|assistant|>${start}{R}${closing}{C}`,
    plain: "<|assistant|>{C}",
  };
}

function tags(name: string, start: string, end: string): ReasoningFamily {
  return tagged(name, start, end, [start, end]);
}

/** Where reasoning and answer are messages of their own. */
function messages(
  name: string,
  header: string,
  start: string,
  end: string,
  final: string,
  marks: readonly string[],
): ReasoningFamily {
  const closing = `${end}${header}${final}`;
  return {
    name,
    marks,
    start,
    closing,
    end,
    header,
    opener: start,
    answer: `${header}${start}{R}${closing}{C}`,
    plain: `${header}${final}{C}`,
  };
}

export const reasoningFamilies: readonly ReasoningFamily[] = [
  tagged("Qwen 3", "<think>\n", "\n</think>\n\n", ["<think>", "</think>"]),
  tags("DeepSeek V3.1", "<think>", "</think>"),
  tags("Magistral", "[THINK]", "[/THINK]"),
  messages(
    "gpt-oss",
    "<|start|>assistant",
    "<|channel|>analysis<|message|>",
    "<|end|>",
    "<|channel|>final<|message|>",
    ["<|start|>", "<|channel|>", "<|message|>", "<|return|>", "<|call|>"],
  ),
  tagged("Gemma 4", "<|channel>thought\n", "<channel|>", ["<|channel>", "<channel|>"]),
  tags("Seed-OSS", "<seed:think>", "</seed:think>"),
  tagged(
    "Command R7B",
    "<|START_THINKING|>",
    "<|END_THINKING|><|START_RESPONSE|>",
    ["<|START_THINKING|>", "<|END_THINKING|>", "<|START_RESPONSE|>", "<|END_RESPONSE|>"],
    "<|END_THINKING|>",
  ),
  tags("MiniMax M3", "<mm:think>", "</mm:think>"),
  tags("Kimi-VL", "◁think▷", "◁/think▷"),
  tagged(
    "Kimi K3",
    "<|open|>think<|sep|>",
    "<|close|>think<|sep|><|open|>response<|sep|>",
    ["<|open|>", "<|close|>", "<|sep|>"],
    "<|close|>think<|sep|>",
  ),
  tags("Hy3", "<think:opensource>", "</think:opensource>"),
  tags("Apertus", "<|inner_prefix|>", "<|inner_suffix|>"),
  tags("Apriel 1.5", "<thinking>", "</thinking>"),
  tagged("Apriel 1.6", "Here are my reasoning steps:\n", "\n[BEGIN FINAL RESPONSE]\n", [
    "[BEGIN FINAL RESPONSE]",
  ]),
  messages("Solar", "<|begin|>assistant", "<|think|>", "<|end|>", "<|content|>", [
    "<|begin|>",
    "<|think|>",
    "<|content|>",
    "<|flush|>",
    "<|calls|>",
    "<|call|>",
    "<|return|>",
  ]),
  tagged("Granite 3.3", "<think>", "</think><response>", ["<think>", "</think>", "<response>"], "</think>"),
  tags("EXAONE", "<thought>", "</thought>"),
  tags("another", "<reasoning>", "</reasoning>"),
];

/** A template of the family that shows all reasoning of the history, and opens it in the prompt or not. */
export function templateOf({ header, opener, answer, plain }: ReasoningFamily, isOpened: boolean): string {
  const text = (said: string): string => `{{ ${JSON.stringify(said)} }}`;
  const shown = (said: string): string =>
    said
      .split(/(?=\{[RC]\})|(?<=\{[RC]\})/)
      .map(part)
      .join("");
  const part = (said: string): string =>
    said === "{R}"
      ? "{{ message.reasoning_content }}"
      : said === "{C}"
        ? "{{ message.content }}"
        : text(said);
  return (
    "{% for message in messages %}{% if message.role == 'assistant' %}" +
    `{% if message.reasoning_content %}${shown(answer)}{% else %}${shown(plain)}{% endif %}${text(messageEnd)}` +
    `{% else %}{{ '<|' + message.role + '|>' + message.content }}${text(messageEnd)}{% endif %}{% endfor %}` +
    `{% if add_generation_prompt %}${text(header + (isOpened ? opener : ""))}{% endif %}`
  );
}

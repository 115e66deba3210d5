import { describe, expect, it } from "vitest";
import { namesReasoning } from "../../src/chat/names-reasoning.ts";
import { plainTemplate } from "../../src/chat/plain-template.ts";

describe("whether a template names reasoning", () => {
  it("is seen by its variables, its messages' fields and the marks of families", () => {
    for (const text of [
      "{% if enable_thinking %}x{% endif %}",
      "{% if thinking %}Think first.{% endif %}",
      "{{ message.reasoning_content }}",
      "{{ '<think>\\n' }}",
      "[THINK]",
      "<|channel>thought",
      "<|START_THINKING|>",
    ])
      expect([text, namesReasoning(text)]).toEqual([text, true]);
  });

  it("is not seen where nothing is said of it", () => {
    expect(namesReasoning(plainTemplate)).toBe(false);
    expect(namesReasoning("<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>")).toBe(false);
  });
});

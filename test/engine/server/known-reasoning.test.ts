import { describe, expect, it } from "vitest";
import { knownReasoning } from "../../../src/engine/server/known-reasoning.ts";

const asked = (thinking: boolean) =>
  ({ thinking, pastReasoning: "template", reasoningEffort: null, chatTemplateKwargs: null }) as const;
const unseen = { isApart: false, hasReasoned: false };

const plain = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}";
const ask = "{% if add_generation_prompt %}<|im_start|>assistant\n";
/** Reasons unless it is told not to. */
const switched = `${plain}${ask}{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}`;
/** Opens reasoning, whatever it is told. */
const always = `${plain}${ask}<think>\n{% endif %}`;

describe("how a model behind a server reasons", () => {
  it("is not known of a template that names none", () => {
    expect(knownReasoning(`${plain}${ask}{% endif %}`, asked(false), unseen)).toMatchObject({
      reasoning: null,
      isForced: false,
    });
    expect(knownReasoning(null, asked(true), unseen)).toEqual({
      reasoning: null,
      isForced: false,
      isDeaf: false,
    });
  });

  it("is found in its template, as is whether it takes notice", () => {
    const off = knownReasoning(switched, asked(false), unseen);
    expect(off).toMatchObject({ reasoning: { start: "<think>", isOpened: false }, isForced: false });
    expect(knownReasoning(switched, asked(true), unseen)).toMatchObject({ isDeaf: false, isForced: false });
    const forced = knownReasoning(always, asked(false), unseen);
    expect(forced).toMatchObject({ reasoning: { isOpened: true, ends: ["</think>"] }, isForced: true });
  });

  it("has our marks where the server tells it apart, though the prompt opens it", () => {
    const apart = { isApart: true, hasReasoned: false };
    expect(knownReasoning(always, asked(true), apart).reasoning).toMatchObject({
      start: "<think>",
      isOpened: false,
      foundBy: "family",
    });
    expect(knownReasoning(`${plain}${ask}{% endif %}`, asked(false), apart).reasoning).toBeNull();
  });

  it("is found by a family's marks where the template is none of Jinja", () => {
    const go =
      "{{ range .Messages }}{{ if .Thinking }}[THINK]{{ .Thinking }}[/THINK]{{ end }}{{ .Content }}{{ end }}";
    expect(knownReasoning(go, asked(false), unseen).reasoning).toMatchObject({ start: "[THINK]" });
  });

  it("counts where it was seen, whatever the template says", () => {
    const seen = knownReasoning(null, asked(false), { isApart: true, hasReasoned: true });
    expect(seen).toMatchObject({ reasoning: { start: "<think>" }, isForced: true });
  });
});

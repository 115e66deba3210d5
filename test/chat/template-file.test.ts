import { describe, expect, it } from "vitest";
import { templateInFile } from "../../src/chat/template-file.ts";
import { SettingError } from "../../src/errors.ts";

describe("a file with a chat template", () => {
  it("is the template where it is no JSON", () => {
    for (const text of [
      "",
      "x",
      "{{ messages[0].content }}\n",
      "{% if a %}{% endif %}",
      "[user]",
      "1",
      '"x"',
      "[1]",
    ])
      expect(templateInFile(text)).toBe(text);
  });

  it("is a tokenizer's configuration, too", () => {
    const config = { eos_token: "</s>", chat_template: "{{ a }}\n" };
    expect(templateInFile(JSON.stringify(config))).toBe("{{ a }}\n");
    expect(templateInFile(`\u{FEFF}${JSON.stringify(config, null, 2)}`)).toBe("{{ a }}\n");
  });

  it("holds several by name: the default one counts", () => {
    const templates = [
      { name: "tool_use", template: "T" },
      { name: "default", template: "D" },
    ];
    expect(templateInFile(JSON.stringify({ chat_template: templates }))).toBe("D");
  });

  it("is refused where it is JSON without one", () => {
    const useless = [{}, { chat_template: null }, { chat_template: 3 }, { chat_template: [] }];
    for (const json of [...useless, { chat_template: [{ name: "rag", template: "R" }] }])
      expect(() => templateInFile(JSON.stringify(json))).toThrow(SettingError);
  });
});

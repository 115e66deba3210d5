import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { readDataset } from "../../src/datasets/reader.ts";
import { utf8Text } from "../../src/utf8-text.ts";

const rows = [
  { id: 0, input: ["drive", "alone", "drive"], values: [-45, 46, -45], output: [-45, 1, -44] },
  { id: 1, input: ["adult", "alone"], values: [84, 46], output: [84, 130] },
];
const lines = rows.map((row) => JSON.stringify(row));
const read = (text: string) => readDataset(text, "FILE");
const viewer = {
  features: [],
  rows: rows.map((row, index) => ({ row_idx: index, row, truncated_cells: [] })),
};

describe("rows alone", () => {
  const expected = {
    task: "dict-sum",
    keysPerTurn: null,
    valueMax: null,
    horizon: 2,
    isGathered: true,
    rows: rows.map(({ input }) => ({
      keys: input,
      dictionary: [
        { key: "drive", value: -45 },
        { key: "alone", value: 46 },
        { key: "adult", value: 84 },
      ],
    })),
  };

  it.each([
    ["one a line", `${lines.join("\n")}\n`],
    ["one a line, with Windows' ends and empty lines", `\r\n${lines.join("\r\n\r\n")}`],
    ["as a list", JSON.stringify(rows)],
    ["as the viewer's server answers", JSON.stringify(viewer)],
  ])("%s are a data set whose dictionary is what they use", (_, text) => {
    expect(read(text)).toEqual(expected);
  });

  it("may be a single one", () => {
    expect(read(lines[0] ?? "")).toMatchObject({ horizon: 3, rows: [{ keys: ["drive", "alone", "drive"] }] });
  });

  it("are for retrieval where every output is its value", () => {
    const alone = rows.map(({ input, values }) => ({ input, values, output: values }));
    expect(read(JSON.stringify(alone)).task).toBe("retrieval");
  });

  it("keep dictionaries of their own", () => {
    const own = rows.map((row) => ({ ...row, dictionary: { alone: 46, drive: -45, adult: 84 } }));
    const dataset = read(JSON.stringify(own));
    expect([dataset.isGathered, dataset.rows[0]?.dictionary[0]?.key]).toEqual([false, "alone"]);
  });

  const bad = (change: object) => [lines[0], JSON.stringify({ ...rows[1], ...change })].join("\n");
  it.each([
    [bad({ values: [84, 45] }), 'FILE: line 2: $.values[1] is 45, the dictionary says 46 for "alone".'],
    [bad({ output: [84, 131] }), "FILE: line 2: $.output[1] is 131, the values give 130."],
    [bad({ input: [1, 2] }), "FILE: line 2: $.input[0] is 1; it must be a word."],
    [bad({ input: "adult alone" }), 'FILE: line 2: $.input is "adult alone"; it must be a list.'],
    [`${lines[0]}\n[1]`, "FILE: line 2: $ is [1]; it must be an object."],
    [
      JSON.stringify([rows[0], { ...rows[1], output: [1] }]),
      "FILE: $[1].output has 1 elements, input has 2.",
    ],
    ["[]", "FILE: $ holds no row."],
    ["\r\n \n", "FILE: not a JSON file (it is empty)."],
  ])("are refused with their place: %#", (text, message) => {
    expect(() => read(text)).toThrow(new UsageError(message));
  });

  it("that break off are refused with the line", () => {
    expect(() => read(`${lines[0]}\n${lines[1]?.slice(0, 20)}`)).toThrow(/^FILE: not a JSON file \(line 2: /);
    expect(() => read('{"experiment_type":\n{')).toThrow(/^FILE: not a JSON file \((?!line)/);
  });
});

it("a byte-order mark is no part of a text, and another encoding is refused", () => {
  expect(utf8Text(Buffer.from("\ufeffé"))).toBe("é");
  expect(() => utf8Text(Buffer.from("é", "latin1"))).toThrow("not UTF-8");
  expect(() => utf8Text(Buffer.from("\ufeffé", "utf16le"))).toThrow("not UTF-8");
});

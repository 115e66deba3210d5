import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { mutateSuite } from "../../scripts/mutate-suite.ts";
import { UsageError } from "../../src/errors.ts";
import { Random } from "../../src/random.ts";
import { suiteParts } from "../../src/suites/plan.ts";
import { parseSuite } from "../../src/suites/read-suite.ts";
import { readYaml } from "../../src/suites/yaml-file.ts";
import { longhaul, temporaryFolder } from "../cli/longhaul.ts";

const read = (text: string) => readYaml(text, "a.yaml").value;

describe("anchors and merge keys", () => {
  const text = `name: a
defaults: &small { turns: 3, rollouts: 2 }
settings:
  - &cold { name: cold, temperature: 0 }
  - { <<: [{ turns: 5 }, *small], name: hot, temperature: 1 }
experiments:
  - &far { <<: *small, use: horizon, turns: 9 }
  - { <<: *far, name: again }
`;

  it("stand for what they name; what is given wins, then earlier ones", () => {
    expect(read(text)).toEqual(parse(text, { merge: true }));
    const parts = suiteParts(parseSuite(text, "a.yaml"), []);
    expect(parts.map(({ base }) => [base.turns, base.rollouts])).toEqual([
      [9, 2],
      [9, 2],
      [9, 2],
      [9, 2],
    ]);
  });

  it("are found again when something is told of what they hold", () => {
    const { place, has } = readYaml(text, "a.yaml");
    expect(place(["experiments", 1, "turns"])).toBe("a.yaml:7:38");
    expect(place(["settings", 1, "rollouts"])).toBe("a.yaml:2:30");
    expect(place(["experiments", 1, "shots"])).toBe("a.yaml:8:5");
    expect([has(["experiments", 0, "rollouts"]), has(["experiments", 0, "shots"])]).toEqual([true, false]);
  });

  it.each([
    ["a: *b", "a.yaml:1:4 *b: no &b ends before this."],
    ["a: &a [*a]", "a.yaml:1:8 *a: no &a ends before this."],
    ["a: &a { <<: *a }", "a.yaml:1:13 *a: no &a ends before this."],
    ["a: &a 3\nb: { <<: *a }", "a.yaml:2:6 << takes a map, or a list of maps."],
    ["a: { <<: [1] }", "a.yaml:1:6 << takes a map, or a list of maps."],
  ])("are refused where they stand for nothing: %j", (bad, message) => {
    expect(() => read(bad)).toThrow(new UsageError(message));
  });

  it("that repeat each other are counted, not carried out", () => {
    const rows = Array.from(
      { length: 40 },
      (_, row) => `b${row + 1}: &b${row + 1} [${`*b${row},`.repeat(9)}]`,
    );
    expect(() => read(["b0: &b0 [1]", ...rows].join("\n"))).toThrow(
      /^a\.yaml:\d:\d+ the file comes to more than 20000 values by here/,
    );
  });
});

it("reads any value as the library does", () => {
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("node"), { maxLength: 4 }),
      fc.dictionary(
        fc.string().filter((key) => key !== "__proto__"),
        tie("node"),
        { maxKeys: 4 },
      ),
    ),
  })).node;
  fc.assert(
    fc.property(value, (one) => {
      expect(read(JSON.stringify(one))).toEqual(parse(JSON.stringify(one)));
    }),
  );
});

describe("a file that is none", () => {
  it.each([
    ["a: 1\nb: 2\na: 3", 'a.yaml:3:1 "a" is here a second time.'],
    ["? [a]\n: 3", "a.yaml:1:3 a name must be a text."],
    [": 3", "a name must be a text."],
    ["a: !!js/function x", "a.yaml:1:4 Unresolved tag"],
    ["a: 1\n---\nb: 2", "a.yaml:2:1 a second document begins here"],
    ["[".repeat(50_000), "a.yaml:1:"],
    [`a: ${"[".repeat(100)}${"]".repeat(100)}`, "too deep in each other"],
    ["? ".repeat(400), "a.yaml:1:"],
    [`"${"x".repeat(1_000_000)}"`, "a.yaml: has 1000002 characters"],
    [Array.from({ length: 60_000 }, (_, row) => `a${row}: 1`).join("\n"), "more than 20000 values"],
  ])("is refused with the place: %#", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("is told of in at most eleven lines", () => {
    const thrown = (() => {
      try {
        return read('"'.repeat(10_001));
      } catch (error) {
        return error;
      }
    })();
    expect((thrown as UsageError).message.split("\n")).toHaveLength(11);
  });
});

const shipped = join(import.meta.dirname, "../../bench/suites");
const suites = readdirSync(shipped).map((name) => readFileSync(join(shipped, name), "utf8"));

it("a hundred damaged suites are read, or refused with file, line and column", () => {
  const outcomes = Array.from({ length: 100 }, (_, file) => {
    const random = new Random(1, "suite", file);
    const text = mutateSuite(random.pick(suites), random);
    try {
      suiteParts(parseSuite(text, "fuzz.yaml"), []);
      return "read";
    } catch (error) {
      expect(error, text).toBeInstanceOf(UsageError);
      for (const line of (error as UsageError).message.split("\n"))
        expect(line).toMatch(/^(fuzz\.yaml:\d+:\d+ [^\p{Cc}]|and \d+ more mistakes\.$)/u);
      return "refused";
    }
  });
  expect(new Set(outcomes)).toEqual(new Set(["read", "refused"]));
});

describe("through the command line", () => {
  const folder = temporaryFolder();
  const plan = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return longhaul("suite", "plan", join(folder, name), "scripted:p=0.9", "--db", join(folder, "a.db"));
  };
  const small = "name: grüße\r\nexperiments:\r\n  - { use: horizon, turns: 2, rollouts: 1 }\r\n";

  it("a byte-order mark and Windows' line ends are no matter, another encoding is", async () => {
    const marked = await plan("marked.yaml", `\ufeff${small}`);
    expect([marked.code, marked.stdout]).toEqual([0, expect.stringContaining("grüße: 1 trial")]);
    const latin = await plan("latin.yaml", Buffer.from(small, "latin1"));
    expect([latin.code, latin.stderr]).toEqual([2, expect.stringMatching(/latin\.yaml: .*not UTF-8 text/)]);
  });

  it("control characters of a suite do not reach the terminal", async () => {
    const { code, stderr } = await plan(
      "steers.yaml",
      'name: a\n"\\e[2Jx": 1\nexperiments: [{ use: horizon }]\n',
    );
    expect([code, stderr]).toEqual([2, 'longhaul: steers.yaml:2:1 unknown name "\\u001b[2Jx".\n']);
  });
});

import type { Conclusion, World } from "./world.ts";

/** A capacity experiment up to 16 keys; of 0.95 a key, four are right in 81 %, thirteen in 51 %. */
function searched(spec: string, lines: readonly string[] = [], head = ""): World {
  const entry = ["  - use: capacity", "    largest: 16", "    fine: 100", ...lines].join("\n");
  return {
    files: { "keys.yaml": `name: keys\ndefaults: { seed: {seed} }\n${head}experiments:\n${entry}\n` },
    commands: [`suite run keys.yaml scripted:seed={seed},${spec} --quiet`],
  };
}

const usual = searched("p=0.95");
const half = searched("p=0.95", ["    threshold: 0.5"]);
const twoSettings =
  "settings:\n  - { name: few words, dictionarySize: 5 }\n  - { name: many words, dictionarySize: 30 }\n";

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "capacity.capacitySentence",
    pattern:
      /direct: [2-7] keys in a turn are right in at least 80 % \(95 % \d+ to \d+; the search alone says/,
    said: usual,
    unsaid: half,
  },
  {
    sentence: "capacity.capacitySentence",
    pattern: /are right in at least 50 %/,
    said: half,
    unsaid: usual,
  },
  {
    sentence: "capacity.capacitySentence",
    pattern:
      /at least 16 keys in a turn are right in at least 80 %, and more were not asked \(95 % \d+ to at least 16/,
    said: searched("p=0.9995"),
    unsaid: usual,
  },
  {
    sentence: "capacity.capacitySentence",
    pattern: /not even 1 key in a turn is right in 80 %/,
    said: searched("p=0.3"),
    unsaid: usual,
  },
  {
    sentence: "capacity.capacitySentence",
    pattern: /direct, few words: \d+ keys? .* direct, many words: \d+ keys? /,
    said: searched("p=0.95", [], twoSettings),
    unsaid: usual,
  },
];

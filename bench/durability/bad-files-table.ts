/**
 * The outcomes of bad-files.ts as a table: for each refusal of the check, whether the worker's own words are worse (the
 * check is better), as good (equal), or whether the file works (the check is worse than none).
 * usage: npx tsx bench/durability/bad-files-table.ts RESULT.jsonl...
 */
import { readFileSync } from "node:fs";
import { groupBy } from "../../src/group-by.ts";
import type { Outcome } from "./bad-files.ts";

type Judgement = "better" | "equal" | "worse";

/** Words that are about the reader's own limits, or an assertion that does not say which value is wrong. */
const mute =
  /out of range\. It must be|Cannot create a string|Cannot read properties|Invalid array length|t_meta\.ne\[dim\]|id_to_token|expected 0$|Invalid GGUF magic|Invalid type or block|NaN cannot|type_to_gguf|crashed \(SIG\w+\)\s*$|killed|: Failed to load model\s*$/;

const outcomes = process.argv
  .slice(2)
  .flatMap((path) => readFileSync(path, "utf8").trim().split("\n"))
  .map((line) => JSON.parse(line) as Outcome);
const byRefusal = groupBy(outcomes, ({ refusal }) => (refusal === null ? "(none)" : kindOf(refusal)));
const lines = [...byRefusal].map(([refusal, all]) => {
  const count = (wanted: Judgement): number => all.filter((one) => judge(one) === wanted).length;
  const words = groupBy(all, (one) =>
    one.words === null ? "it runs" : kindOf(one.words.split("\n")[0] ?? ""),
  );
  const [usual] = [...words].toSorted((a, b) => b[1].length - a[1].length);
  return {
    refusal,
    all: all.length,
    cells: [count("better"), count("equal"), count("worse")],
    usual: usual?.[0],
  };
});
process.stdout.write(
  "| refused by | files | better | equal | worse | the worker's words, mostly |\n|---|--:|--:|--:|--:|---|\n",
);
for (const { refusal, all, cells, usual } of lines.toSorted((a, b) => b.all - a.all))
  process.stdout.write(`| ${refusal} | ${all} | ${cells.join(" | ")} | ${usual} |\n`);

function judge({ refusal, words, isSameText }: Outcome): Judgement {
  if (words !== null) return mute.test(words.split("\n")[0] ?? "") ? "better" : "equal";
  if (refusal === null) return "equal";
  return isSameText === true ? "worse" : "better";
}

/** Without what differs from file to file. */
function kindOf(text: string): string {
  return text
    .replace(/^the (model's vocabulary|model) cannot be loaded: /, "")
    .replaceAll(/"[^"]*"|'[^']*'|tensor \S*/g, (found) => (found.startsWith("tensor") ? "tensor ..." : "..."))
    .replaceAll(/\d[\d_]*(\.\d+)?(e\+\d+)?/g, "N")
    .replaceAll("|", "/")
    .slice(0, 140);
}

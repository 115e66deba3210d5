/**
 * Writes the output of `npm start` into docs/reading.md, its end into README.md, and the curves of that very run into
 * docs/how-far.svg, so that what they show was made by the program.
 * usage: npm run build && npx tsx scripts/readme-output.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "longhaul-readme-"));
try {
  const output = asTyped(longhaul("run", "--quiet"));
  const end = output.search(/^model +params/m);
  if (end < 0) throw new Error("npm start ended without a table of both models");
  put("docs/reading.md", "npm start", output);
  put("README.md", "the end of npm start", output.slice(end));
  longhaul("export", "--svg", "task-accuracy", "-o", join(root, "docs/how-far.svg"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function longhaul(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(root, "dist/main.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, LANG: "C.UTF-8", NO_COLOR: "1" },
  });
}

/** As it stands in a clone. */
function asTyped(output: string): string {
  return output.trimEnd().replaceAll(/node \S*main\.js/g, "node dist/main.js");
}

function put(page: string, mark: string, output: string): void {
  const path = join(root, page);
  const text = readFileSync(path, "utf8");
  const marked = new RegExp(`(<!-- ${mark} -->\\n\`{3}text\\n)[\\s\\S]*?(\\n\`{3})`);
  if (!marked.test(text)) throw new Error(`${page} has no place marked <!-- ${mark} -->`);
  writeFileSync(
    path,
    text.replace(marked, (_, before: string, after: string) => before + output + after),
  );
}

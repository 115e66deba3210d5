/**
 * Writes the output of `npm start` into README.md, so that what it shows was printed by the program.
 * usage: npm run build && npx tsx scripts/readme-output.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "longhaul-readme-"));
try {
  const output = execFileSync(process.execPath, [join(root, "dist/main.js"), "run", "--quiet"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, LANG: "C.UTF-8", NO_COLOR: "1" },
  });
  const readme = join(root, "README.md");
  const text = readFileSync(readme, "utf8");
  const marked = /(<!-- npm start -->\n```\n)[\s\S]*?(\n```)/;
  if (!marked.test(text)) throw new Error("README.md has no place marked <!-- npm start -->");
  writeFileSync(
    readme,
    text.replace(marked, (_, before: string, after: string) => before + output.trimEnd() + after),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

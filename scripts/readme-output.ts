/**
 * Writes the output of `npm start` into README.md and the curves of that very run into docs/how-far.svg, so that what
 * both show was made by the program.
 * usage: npm run build && npx tsx scripts/readme-output.ts
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    // As it stands where the package is installed.
    text.replace(
      marked,
      (_, before: string, after: string) =>
        before + output.trimEnd().replace(/node \S*main\.js/, "node dist/main.js") + after,
    ),
  );
  const figure = ["export", "--svg", "task-accuracy", "-o", join(root, "docs/how-far.svg")];
  mkdirSync(join(root, "docs"), { recursive: true });
  execFileSync(process.execPath, [join(root, "dist/main.js"), ...figure], { cwd: folder });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

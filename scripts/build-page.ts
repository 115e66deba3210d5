/**
 * Bundles the page for `longhaul report` into dist/page: the browser's part as one script and one style sheet, and the
 * figures as a module for `export --svg`. Part of `npm run build`.
 */
import { cpSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const out = join(root, "dist", "page");
mkdirSync(out, { recursive: true });
const common = {
  bundle: true,
  minify: true,
  legalComments: "none" as const,
  jsx: "automatic" as const,
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning" as const,
};
await build({
  ...common,
  entryPoints: [join(root, "src/page/main.tsx")],
  format: "iife",
  target: "es2022",
  outfile: join(out, "app.js"),
});
await build({ ...common, entryPoints: [join(root, "src/page/page.css")], outfile: join(out, "page.css") });
await build({
  ...common,
  entryPoints: [join(root, "src/page/figure-svg.ts")],
  format: "esm",
  platform: "node",
  outfile: join(out, "figure-svg.js"),
});
for (const file of ["LICENSE", "NOTICE"])
  cpSync(join(root, "node_modules/echarts", file), join(out, `echarts.${file}`));
cpSync(join(root, "node_modules/preact/LICENSE"), join(out, "preact.LICENSE"));

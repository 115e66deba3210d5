import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { PageDocument } from "./page-schema.ts";

/**
 * The page as one file: script, style and data inside, nothing fetched. The content security policy lets only this very
 * script run; data is JSON in an element that no parser executes.
 */
export function renderPage(document: PageDocument, isLive: boolean): string {
  const script = read("app.js").replaceAll("</script", "<\\/script");
  const style = read("page.css");
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    // Charts set styles on their elements, which no hash can name.
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    ...(isLive ? ['<meta http-equiv="refresh" content="5">'] : []),
    `<title>${escapeHtml(document.title)}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    '<div id="root"><main><p>Needs JavaScript.</p></main></div>',
    `<script type="application/json" id="data">${dataOf(document)}</script>`,
    `<script>${script}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** JSON that cannot end its element, whatever a model said. */
function dataOf(document: PageDocument): string {
  return JSON.stringify(document)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** Bundled at build time beside the program. */
function read(file: string): string {
  return readFileSync(new URL(`../../page/${file}`, import.meta.url), "utf8");
}

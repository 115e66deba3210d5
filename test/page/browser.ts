import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { buildSync } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where Debian and others keep it; LONGHAUL_CHROMIUM names another place. */
const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A browser on this machine, or null: tests that need one are skipped then. */
export const chromiumPath =
  [process.env["LONGHAUL_CHROMIUM"] ?? "", ...usual].find((path) => existsSync(path)) ?? null;

if (chromiumPath === null)
  process.stderr.write(
    "Tests of the page are skipped: no chromium found. Install one, or set LONGHAUL_CHROMIUM.\n",
  );

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? "", args: ["--no-sandbox"] });
}

/** What a page says on the console and asks of the network while it is looked at. */
export interface Opened {
  readonly page: Page;
  readonly messages: string[];
  readonly requests: string[];
}

export async function open(
  browser: Browser,
  file: string,
  look: { readonly colorScheme?: "light" | "dark"; readonly width?: number; readonly hash?: string } = {},
): Promise<Opened> {
  const { colorScheme = "light", width = 1100, hash = "" } = look;
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
  const messages: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("dialog", (dialog) => messages.push(dialog.message()));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`file://${file}${hash}`);
  await page.waitForSelector("#provenance");
  return { page, messages, requests };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong on a page, in a line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
  });
}

const [inPage] = buildSync({
  entryPoints: [new URL("in-page.ts", import.meta.url).pathname],
  bundle: true,
  write: false,
  format: "iife",
  globalName: "seen",
}).outputFiles;

/** What a function of in-page.ts returns in this page. */
export async function seen<Result>(page: Page, name: string): Promise<Result> {
  return page.evaluate<Result>(`${inPage?.text}; seen.${name}()`);
}

import { existsSync } from "node:fs";
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

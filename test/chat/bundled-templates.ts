import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const bundle = resolve(import.meta.dirname, "../../node_modules/node-llama-cpp/llama/gitRelease.bundle");
const ours = join(import.meta.dirname, "templates");

/** The chat templates in the source of llama.cpp that the binding carries, by name; null without git or the bundle. */
export function bundledTemplates(): Map<string, string> | null {
  return withBundled("models/templates", (folder) => readTemplates(join(folder, "models/templates")));
}

/**
 * Reads what the bundle holds under a path.
 *
 * @param read gets a folder that is gone afterwards, with the path in it
 * @returns null without git or the bundle
 */
export function withBundled<Result>(path: string, read: (folder: string) => Result): Result | null {
  if (!existsSync(bundle)) return null;
  const folder = mkdtempSync(join(tmpdir(), "llama-cpp-source-"));
  try {
    const git = (...words: string[]): Buffer => execFileSync("git", words, { stdio: "pipe" });
    git("clone", "--quiet", "--no-checkout", bundle, folder);
    git("-C", folder, "checkout", "--quiet", "HEAD", "--", path);
    return read(folder);
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Small templates that each stand for a kind. */
export function ownTemplates(): Map<string, string> {
  return readTemplates(ours);
}

function readTemplates(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jinja"));
  return new Map(names.toSorted().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

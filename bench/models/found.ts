/**
 * What `longhaul models` costs: a thousand files (or as many as --files says) with the headers of models that are named, each
 * file of its real size as a hole behind its header; the built command line, its time the first time and the second time,
 * when headers are kept, thrice.
 * usage: npm run build && npx tsx bench/models/found.ts MODEL.gguf ... [--files 1000]
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { checkBounds } from "../../src/gguf/bounds.ts";

const main = resolve(import.meta.dirname, "../../dist/main.js");
const words = process.argv.slice(2);
const at = words.indexOf("--files");
const count = at < 0 ? 1000 : Number(words[at + 1]);
const models = words.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
const folder = mkdtempSync(join(tmpdir(), "longhaul-found-"));
try {
  const headers = models.map((path) => ({ path, bytes: headerOf(path) }));
  mkdirSync(join(folder, "models"));
  for (let index = 0; index < count; index++) {
    const { path, bytes } = headers[index % headers.length] as (typeof headers)[number];
    const copy = join(folder, "models", `m-${index}.gguf`);
    writeFileSync(copy, bytes);
    truncateSync(copy, statSync(path).size);
  }
  // Otherwise the disk still writes them.
  spawnSync("sync");
  const times = [1, 2, 3].map(() => {
    rmSync(join(folder, "cache"), { recursive: true, force: true });
    return [seconds(), seconds()] as const;
  });
  const sizes = headers.map(
    ({ path, bytes }) => `${basename(path)} (header ${(bytes.length / 1e6).toFixed(1)} MB)`,
  );
  const text = [
    `${count} files with the headers of ${sizes.join(", ")}, written just before. Made by "npm run build && npx tsx bench/models/found.ts".`,
    "",
    "| first time | second time, headers kept |",
    "|--:|--:|",
    ...times.map(([first, second]) => `| ${first} s | ${second} s |`),
    "",
  ].join("\n");
  writeFileSync(join(import.meta.dirname, "results/found.md"), text);
  process.stdout.write(text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function headerOf(path: string): Buffer {
  const bytes = Buffer.alloc(checkBounds(path));
  const file = openSync(path, "r");
  readSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  return bytes;
}

function seconds(): string {
  const beganMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [main, "models", join(folder, "models"), "--json"], {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache"), LONGHAUL_DB: join(folder, "none.db") },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return ((performance.now() - beganMs) / 1000).toFixed(1);
}

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Finished, finished, longhaul, temporaryFolder } from "../cli/longhaul.ts";
import { PlantedServer } from "../engine/server/planted-server.ts";
import { type Block, type Page, pagePaths, readPage, root } from "./pages.ts";
import { modelServer, readersFolder, type Servers, standIns, standingIn } from "./stand-ins.ts";

const folder = temporaryFolder();
const asked = join(folder, "asked.db");
const pages = pagePaths().map(readPage);
const all = pages.flatMap((page) => page.blocks.map((block) => ({ page, block })));
let servers: Servers;

beforeAll(async () => {
  servers = {
    ollama: await PlantedServer.start({ kind: "ollama" }),
    other: await PlantedServer.start({ kind: "llama.cpp", slots: 2 }),
  };
  const played = await longhaul(
    "run",
    "--engine",
    "scripted:p=0.9",
    "--rollouts",
    "8",
    "--db",
    asked,
    "--quiet",
  );
  expect(played.code).toBe(0);
});

afterAll(async () => {
  await servers.ollama.stop();
  await servers.other.stop();
});

/** What is not tried by this file, and who says so. */
function isTriedElsewhere({ mark, reason }: Block): boolean {
  return reason !== null || mark?.startsWith("tried by ") === true;
}

function toTry({ blocks }: Page): readonly Block[] {
  return blocks.filter((block) => !isTriedElsewhere(block));
}

describe("blocks of pages", () => {
  it("say what they are", () => {
    const known = new Set(["sh", "sql", "json", "yaml", "text"]);
    expect(all.filter(({ block }) => !known.has(block.language)).map(placeOf)).toEqual([]);
    expect(all.length).toBeGreaterThan(40);
  });

  it("are tried by a test that is there, where they are tried elsewhere", () => {
    const named = all.flatMap(({ block }) => /^tried by (\S+)$/.exec(block.mark ?? "")?.[1] ?? []);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("do not hide commands as texts", () => {
    const isTyped = /^\s*(longhaul|node|npm|npx|pip|python3?|git|ray|vllm|duckdb)\s/m;
    const texts = all.filter(({ block }) => block.language === "text" && block.mark === null);
    expect(texts.filter(({ block }) => isTyped.test(block.text)).map(placeOf)).toEqual([]);
  });

  it("need each of their stand-ins", () => {
    const unused = standIns.filter(
      ({ on, told }) =>
        !all.some(({ page, block }) => (on?.includes(page.path) ?? true) && block.text.includes(told)),
    );
    expect(unused).toEqual([]);
  });
});

function placeOf({ page, block }: { readonly page: Page; readonly block: Block }): string {
  return `${page.path}:${block.line}`;
}

describe.each(pages.filter((page) => toTry(page).length > 0))("$path", { timeout: 300_000 }, (page) => {
  it("does what it tells, from top to bottom", async () => {
    const here = mkdtempSync(join(folder, "reader-"));
    readersFolder(here);
    for (const block of toTry(page)) await tryBlock(block, page, here);
  });
});

async function tryBlock(block: Block, page: Page, here: string): Promise<void> {
  const place = placeOf({ page, block });
  if (block.file !== null) writeFileSync(join(here, block.file), block.text);
  if (block.language === "json") expect(() => JSON.parse(block.text), place).not.toThrow();
  if (block.language === "yaml") expect(parse(block.text), place).toBeTypeOf("object");
  if (block.language === "sql") ask(block.text, place);
  if (block.language === "sh") {
    const { code, stdout, stderr } = await typed(standingIn(page.path, block.text), here);
    expect(code, `${place}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`).toBe(0);
  }
  const [, command] = /^printed by (.*)$/.exec(block.mark ?? "") ?? [];
  if (command !== undefined) expect((await typed(command, here)).stdout.trimEnd(), place).toBe(block.text);
}

function ask(sql: string, place: string): void {
  const database = new Sqlite(asked, { readonly: true });
  try {
    expect(() => database.prepare(sql).all(), place).not.toThrow();
  } finally {
    database.close();
  }
}

/** Types it into a shell, in which `longhaul` is this build and the home folder is the reader's. */
function typed(text: string, here: string): Promise<Finished> {
  const script = modelServer(withCodes(text), servers);
  const PATH = [join(here, "bin"), process.env["PATH"] ?? ""].join(delimiter);
  return finished(
    spawn("bash", ["-euo", "pipefail", "-c", script], {
      cwd: here,
      env: { ...process.env, HOME: here, PATH },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

/** A line whose comment ends with an exit code has to end with it. */
function withCodes(text: string): string {
  return text.replaceAll(
    /^(.*?)\s+#.*exit code (\d+)$/gm,
    (_, command: string, code: string) => `code=0; ${command} || code=$?; [ $code = ${code} ]`,
  );
}

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { lexer, type Token, walkTokens } from "marked";

/** A page of ours as its reader has it. */
export interface Page {
  /** From the repository's root. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly links: readonly string[];
  /** What `#...` of a link may name. */
  readonly anchors: ReadonlySet<string>;
}

/** A fenced block. */
export interface Block {
  readonly line: number;
  /** The first word behind the fence; "" where there is none. */
  readonly language: string;
  /** The second: the file that the page tells its reader to write. */
  readonly file: string | null;
  readonly text: string;
  /** What a comment right before the fence says: `tried by FILE`, `printed by COMMAND`. */
  readonly mark: string | null;
  /** What stands behind `not tried here:`. */
  readonly reason: string | null;
}

export const root = resolve(import.meta.dirname, "../..");

/** Every page but the log of changes, whose commands are those of their time, and notes beside fixtures and results. */
export function pagePaths(): readonly string[] {
  const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
  });
  return tracked
    .trimEnd()
    .split("\n")
    .filter((path) => existsSync(join(root, path)))
    .filter((path) => path !== "CHANGELOG.md" && !path.startsWith("test/") && !path.includes("/results/"));
}

export function readPage(path: string): Page {
  const source = readFileSync(join(root, path), "utf8");
  const tokens = lexer(source);
  const blocks: Block[] = [];
  const links: string[] = [];
  const anchors = new Set<string>();
  let before: Token | null = null;
  let from = 0;
  void walkTokens(tokens, (token) => {
    if (token.type === "code") {
      from = source.indexOf(firstLineOf(token.raw), from);
      blocks.push(blockOf(token.lang ?? "", token.text, lineAt(source, from), markIn(before)));
      from += 1;
    }
    if (token.type === "link" || token.type === "image") links.push(token.href);
    if (token.type === "heading") anchors.add(anchorOf(token.text));
    if (token.type !== "space") before = token;
  });
  return { path, blocks, links, anchors };
}

function blockOf(info: string, text: string, line: number, mark: string | null): Block {
  const [language = "", file = null] = info.split(" ");
  const reason = /not tried here: (\S.*)/.exec(text)?.[1] ?? null;
  return { line, language, file, text, mark, reason };
}

function markIn(token: Token | null): string | null {
  return token?.type === "html" ? (/^<!-- (.*) -->\s*$/.exec(token.raw)?.[1] ?? null) : null;
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}_\- ]/gu, "");
  return kept.replaceAll(" ", "-");
}

function firstLineOf(raw: string): string {
  return raw.split("\n").slice(0, 2).join("\n");
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { pagePaths, readPage, root } from "./pages.ts";

interface Link {
  readonly from: string;
  readonly to: string;
  readonly anchor: string | null;
}

const pages = pagePaths().map(readPage);
const links = pages.flatMap(({ path, links }) =>
  links.filter((href) => !/^[a-z]+:/.test(href)).map((href): Link => linkOf(path, href)),
);

function linkOf(from: string, href: string): Link {
  const [file = "", anchor = null] = href.split("#");
  return { from, to: file === "" ? from : normalize(join(dirname(from), file)), anchor };
}

function packed(): ReadonlySet<string> {
  const told = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  // npm 12 has an object by package name where those before have a list.
  const [first] = Object.values(JSON.parse(told) as Record<string, { readonly files: { path: string }[] }>);
  return new Set(first?.files.map(({ path }) => path));
}

describe("the links of pages", () => {
  it("lead to files, and to headings that these have", () => {
    expect(links.length).toBeGreaterThan(60);
    expect(links.filter(({ to }) => !existsSync(join(root, to)))).toEqual([]);
    const anchors = new Map(pages.map(({ path, anchors }) => [path, anchors]));
    expect(links.filter(({ to, anchor }) => anchor !== null && !anchors.get(to)?.has(anchor))).toEqual([]);
  });

  it("lead to what is packed where their page is", () => {
    const files = packed();
    expect(files.has("README.md")).toBe(true);
    expect(links.filter(({ from, to }) => files.has(from) && !isIn(files, to))).toEqual([]);
  });

  it("of the README lead to every page of docs, itself or over another", () => {
    const docs = pages.map(({ path }) => path).filter((path) => path.startsWith("docs/"));
    const reached = new Set(["README.md"]);
    for (const page of reached)
      for (const { to } of links.filter(({ from }) => from === page)) reached.add(to);
    expect(docs.filter((path) => !reached.has(path))).toEqual([]);
  });
});

/** A folder is where something in it is. */
function isIn(files: ReadonlySet<string>, path: string): boolean {
  return files.has(path) || [...files].some((file) => file.startsWith(`${path}/`));
}

describe("what a page tells to type", () => {
  it("is never npx longhaul while the name belongs to nobody", () => {
    const ask = ["grep", "-n", "-I", "--untracked", "-e", "npx longhaul", "--", ".", ":!test/docs"];
    let found = "";
    try {
      found = execFileSync("git", ask, { cwd: root, encoding: "utf8" });
    } catch {
      // Nothing found is git's exit code 1.
    }
    expect(found).toBe("");
  });
});

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { UsageError } from "../errors.ts";
import { visible } from "../visible-text.ts";

/** Where a value stands: names and, in lists, numbers from 0. */
export type YamlPath = readonly (string | number)[];

/** What a YAML file holds, and where in it. */
export interface YamlFile {
  readonly value: unknown;
  /** File, line and column of a name or of an entry of a list; of one that is missing, of what it is missing in. */
  readonly place: (path: YamlPath) => string;
  readonly has: (path: YamlPath) => boolean;
}

/**
 * Reads YAML that a stranger may have written. Anchors and merge keys (`<<`) stand for what they name. The conversion
 * is our own, since the library's can be kept busy for ever: by names that are compared each with each, by names that
 * are no texts, by anchors that repeat each other.
 *
 * @param file the name that messages carry
 * @throws UsageError with file, line and column of everything that is wrong
 */
export function readYaml(text: string, file: string): YamlFile {
  if (text.length > charactersMax)
    throw new UsageError(`${file}: has ${text.length} characters; a suite has at most ${charactersMax}.`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    schema: "core",
  });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    throw new UsageError(listed(broken.map(({ pos, message }) => `${at(pos[0])} ${inOurWords(message)}`)));
  const reader = new Reader((node, problem) => {
    throw new UsageError(`${at(node?.range?.[0] ?? 0)} ${problem}.`);
  });
  const value = reader.read(document.contents);
  const offsetOf = (path: YamlPath) => reader.find(document.contents, path)?.range?.[0];
  return {
    value,
    has: (path) => offsetOf(path) !== undefined,
    place: (path) => {
      const lengths = Array.from(path, (_, index) => path.length - index);
      const offsets = lengths.map((length) => offsetOf(path.slice(0, length)));
      return at(offsets.find((offset) => offset !== undefined) ?? document.contents?.range?.[0] ?? 0);
    },
  };
}

/** Mistakes, one a line; a file that is none of ours may have one a character. */
export function listed(mistakes: readonly string[]): string {
  const more = mistakes.length - mistakesMax;
  return [...mistakes.slice(0, mistakesMax), ...(more > 0 ? [`and ${more} more mistakes.`] : [])].join("\n");
}

const mistakesMax = 10;
const charactersMax = 1_000_000;
const depthMax = 32;
/** With every anchor counted as often as it is named. */
const valuesMax = 20_000;

function inOurWords(message: string): string {
  if (message.includes("call stack")) return "lists and maps are too deep in each other.";
  if (message.includes("multiple documents")) return "a second document begins here; a file holds one suite.";
  return `${visible(message)}.`;
}

/** An anchor's node, what it came to, and how many values that is. */
interface Anchored {
  readonly node: Node;
  readonly value: unknown;
  readonly size: number;
}

class Reader {
  readonly #fail: (node: Node | null, problem: string) => never;
  /** By name: the last one before the place that is read. */
  readonly #anchors = new Map<string, Anchored>();
  readonly #sources = new Map<Alias, Node>();
  #size = 0;
  #depth = 0;

  constructor(fail: (node: Node | null, problem: string) => never) {
    this.#fail = fail;
  }

  read(node: Node | null): unknown {
    if (isAlias(node)) return this.#named(node).value;
    const before = this.#size;
    this.#count(node, 1);
    if (++this.#depth > depthMax) this.#fail(node, "lists and maps are too deep in each other");
    const value = this.#valueOf(node);
    this.#depth--;
    // Known from its end on, so that nothing holds itself.
    if (node?.anchor !== undefined && node.anchor !== "")
      this.#anchors.set(node.anchor, { node, value, size: this.#size - before });
    return value;
  }

  /** The name, or the entry of a list, at a path; undefined where there is none. */
  find(from: Node | null, path: YamlPath): Node | undefined {
    const [step, ...rest] = path;
    const node = this.#source(from);
    if (step === undefined) return node ?? undefined;
    if (isSeq<Node>(node)) {
      const item = node.items[Number(step)];
      return item === undefined || rest.length === 0 ? item : this.find(item, rest);
    }
    const pair = isMap<Node, Node>(node) ? this.#pairOf(node, String(step)) : undefined;
    return pair === undefined || rest.length === 0 ? pair?.key : this.find(pair.value, rest);
  }

  #valueOf(node: Node | null): unknown {
    if (isMap<Node, Node>(node)) return this.#map(node);
    if (isSeq<Node>(node)) return node.items.map((item) => this.read(item));
    return isScalar(node) ? node.value : null;
  }

  #map(node: YAMLMap<Node, Node | null>): Record<string, unknown> {
    const own = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    for (const { key, value } of node.items) {
      const name = this.#nameOf(key);
      const read = this.read(value);
      if (isMerge(key)) this.#merge(key, read, merged);
      else if (own.has(name)) this.#fail(key, `"${visible(name)}" is here a second time`);
      else own.set(name, read);
    }
    return Object.fromEntries([...merged, ...own]);
  }

  /** Behind `<<` stands a map, or several of which earlier ones win. */
  #merge(key: Node, value: unknown, into: Map<string, unknown>): void {
    for (const map of Array.isArray(value) ? value : [value]) {
      if (typeof map !== "object" || map === null || Array.isArray(map))
        this.#fail(key, "<< takes a map, or a list of maps");
      for (const [name, one] of Object.entries(map)) if (!into.has(name)) into.set(name, one);
    }
  }

  #nameOf(key: Node): string {
    if (isScalar(key) && (typeof key.value === "string" || typeof key.value === "number"))
      return String(key.value);
    return this.#fail(key, "a name must be a text");
  }

  #named(alias: Alias): Anchored {
    const anchored = this.#anchors.get(alias.source);
    if (anchored === undefined)
      return this.#fail(alias, `*${visible(alias.source)}: no &${visible(alias.source)} ends before this`);
    this.#count(alias, anchored.size);
    this.#sources.set(alias, anchored.node);
    return anchored;
  }

  #source(node: Node | null): Node | null {
    return isAlias(node) ? (this.#sources.get(node) ?? null) : node;
  }

  #pairOf(map: YAMLMap<Node, Node | null>, name: string): { key: Node; value: Node | null } | undefined {
    const own = map.items.find(({ key }) => !isMerge(key) && isScalar(key) && String(key.value) === name);
    if (own !== undefined) return own;
    const merges = map.items.filter(({ key }) => isMerge(key)).map(({ value }) => this.#source(value));
    const maps = merges.flatMap((one) =>
      isSeq<Node>(one) ? one.items.map((item) => this.#source(item)) : [one],
    );
    for (const one of maps) {
      const found = isMap<Node, Node>(one) ? this.#pairOf(one, name) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #count(node: Node | null, values: number): void {
    this.#size += values;
    if (this.#size > valuesMax)
      this.#fail(
        node,
        `the file comes to more than ${valuesMax} values by here; write fewer, or fewer anchors`,
      );
  }
}

function isMerge(key: Node): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.source === "<<";
}

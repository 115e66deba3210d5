import { dirname, join } from "node:path";
import { type Around, lineAt, nameOf, type Node, treeOf, walk } from "./syntax.ts";

/** What a file of src says about its place in the whole, read from its syntax tree. */
export interface SourceFile {
  /** From src, with slashes. */
  readonly name: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Dynamic imports of something else than a text, as they are written. */
  readonly unreadable: readonly string[];
  readonly functions: readonly MeasuredFunction[];
  /** What it exports by name. */
  readonly exported: readonly string[];
}

export interface Import {
  /** A file of ours from src, or a library as it is named. */
  readonly target: string;
  /** Whether it is one of our files. */
  readonly isOurs: boolean;
  /** Names at their origin; "*" for everything. */
  readonly names: readonly string[];
  /** Whether only types are taken. */
  readonly isType: boolean;
}

export interface MeasuredFunction {
  /** Its first line, from 1: that of the signature. */
  readonly line: number;
  /** How many lines it has, signature and closing bracket included. */
  readonly lines: number;
}

/** @param name from src, with slashes */
export function readSource(name: string, text: string): SourceFile {
  const tree = treeOf(name, text);
  const imports: Import[] = [];
  const unreadable: string[] = [];
  const functions: MeasuredFunction[] = [];
  const exported: string[] = [];
  walk(tree, (node, around) => {
    if (node.type === "ImportExpression" && !isText(node["source"])) unreadable.push(written(node, text));
    imports.push(...importsOf(node, around).map((found) => resolved(name, found)));
    exported.push(...exportsOf(node));
    if (isFunction(node)) functions.push(measured(node, around, text));
  });
  return { name, text, imports, unreadable, functions, exported };
}

type Found = Omit<Import, "isOurs">;

function resolved(name: string, found: Found): Import {
  const isOurs = found.target.startsWith(".");
  return { ...found, isOurs, target: isOurs ? join(dirname(name), found.target) : found.target };
}

/** Types that are taken from a file stand apart from what runs. */
function importsOf(node: Node, around: Around): Found[] {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration": {
      if (!isText(node["source"])) return [];
      const specifiers = node["specifiers"] as Node[];
      const kindOf = (one: Node): unknown => one["importKind"] ?? one["exportKind"];
      const isWhole = kindOf(node) === "type";
      const isTyped = (one: Node): boolean => isWhole || kindOf(one) === "type";
      const parts = [true, false].map((isType) => ({
        target: nameOf(node["source"]),
        names: specifiers.filter((one) => isTyped(one) === isType).map(nameAtOrigin),
        isType,
      }));
      const taken = parts.filter(({ names }) => names.length > 0);
      return taken.length > 0 ? taken : [{ target: nameOf(node["source"]), names: [], isType: isWhole }];
    }
    case "ExportAllDeclaration":
      return [{ target: nameOf(node["source"]), names: ["*"], isType: node["exportKind"] === "type" }];
    case "ImportExpression":
      if (!isText(node["source"])) return [];
      return [{ target: nameOf(node["source"]), names: namesTaken(around), isType: false }];
    case "TSImportType":
      return [{ target: nameOf(node["source"]), names: ["*"], isType: true }];
    default:
      return [];
  }
}

function nameAtOrigin(specifier: Node): string {
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  return nameOf(specifier["imported"] ?? specifier["local"]);
}

/** `const { a, b: c } = await import(…)` takes a and b; anything else takes all. */
function namesTaken([parent, declarator]: Around): string[] {
  const pattern = parent?.type === "AwaitExpression" ? (declarator?.["id"] as Node | undefined) : undefined;
  if (pattern?.type !== "ObjectPattern") return ["*"];
  return (pattern["properties"] as Node[]).map((property) => nameOf(property["key"]));
}

function exportsOf(node: Node): string[] {
  if (node.type === "ExportDefaultDeclaration") return ["default"];
  if (node.type !== "ExportNamedDeclaration") return [];
  const declaration = node["declaration"] as Node | null;
  const specifiers = (node["specifiers"] as Node[]).map((one) => nameOf(one["exported"]));
  if (declaration === null) return specifiers;
  const declared = (declaration["declarations"] as Node[] | undefined) ?? [declaration];
  return declared.map(({ id }) => nameOf(id));
}

/** A method's and a getter's function is a part of it: the whole is measured. */
function isFunction({ type, body }: Node): boolean {
  const types = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression", "StaticBlock"];
  return types.includes(type) && body !== null;
}

function measured(node: Node, [parent]: Around, text: string): MeasuredFunction {
  const isPart = parent !== undefined && /^(MethodDefinition|Property)$/.test(parent.type);
  const { start } = isPart ? parent : node;
  const line = lineAt(text, start);
  return { line, lines: lineAt(text, node.end) - line + 1 };
}

function isText(node: unknown): boolean {
  const { type, value } = (node ?? {}) as Partial<Node> & { value?: unknown };
  return type === "Literal" && typeof value === "string";
}

function written({ start, end }: Node, text: string): string {
  return text.slice(start, end);
}

import { type Around, lineAt, nameOf, type Node, treeOf, walk } from "./syntax.ts";

/** A text that stands literally in a source: where, its words, and what it is part of by the syntax around it. */
export interface LiteralText {
  readonly line: number;
  /** Quasis of a template, parts of a sum and texts of one element joined; what is filled in is left out. */
  readonly text: string;
  /** The name of the constant, property or function next around it: what an exception is named by. */
  readonly owner: string;
}

/** Calls whose arguments are help, describe a schema, or say what went wrong. */
const helpCalls =
  /^(description|summary|usage|argument|option|requiredOption|addHelpText|showHelpAfterError|describe|complain)$/;
/** What is made of a text that is help, or said of a mistake. */
const madeOfHelp = /^(Option|Argument|\w*Error)$/;
/** What makes a figure takes its title. */
const figures = /^\w+Figure$/;
/** Fields, attributes and constants that are titles or names, not sentences. */
const titles = /^(title|caption|columns|\w+Columns|label|aria-label|class|className|style)$/;
/** Elements that are titles. */
const titleElements = /^(h[1-6]|th|caption|title)$/;

/**
 * The texts of more than `atMost` words in a file that are sentences: not help, not an error, not a title, not a type.
 *
 * @param name with its ending, which tells the syntax
 */
export function literalTexts(name: string, source: string, atMost: number): LiteralText[] {
  const root = treeOf(name, source);
  const helpNames = namesOfHelp(root);
  const found: LiteralText[] = [];
  walk(root, (node, around) => {
    const text = textOf(node);
    if (text === null || wordsIn(text) <= atMost) return;
    if (isPart(node, around) || isExempt([node, ...around], helpNames)) return;
    found.push({ line: lineAt(source, node.start), text, owner: ownerOf(around) });
  });
  return found;
}

/**
 * Runs of at least two letters, with hyphens and apostrophes inside; tags and the places that others fill are no words,
 * nor is anything in a text without a blank: a name or a pattern.
 */
function wordsIn(text: string): number {
  if (!/\s/.test(text)) return 0;
  const said = text.replace(/<[^<>]*>|\{\w+\}/g, " ");
  return said.match(/\p{L}[\p{L}'’-]*\p{L}/gu)?.length ?? 0;
}

/** What a node says literally; null where it says nothing. */
function textOf(node: Node): string | null {
  switch (node.type) {
    case "Literal":
      return typeof node["value"] === "string" ? node["value"] : null;
    case "TemplateLiteral":
      return (node["quasis"] as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join(" … ");
    case "BinaryExpression":
      if (node["operator"] !== "+") return null;
      return [node["left"], node["right"]].map((side) => textOf(side as Node) ?? "…").join("");
    case "JSXElement":
    case "JSXFragment":
      return (node["children"] as Node[])
        .map((child) => (child.type === "JSXText" ? String(child["value"]) : " … "))
        .join("")
        .replace(/\s+/g, " ");
    default:
      return null;
  }
}

/** Whether the text is counted with the sum that it is part of. */
function isPart(node: Node, [parent]: Around): boolean {
  return node.type !== "JSXElement" && parent?.type === "BinaryExpression" && textOf(parent) !== null;
}

function isExempt(path: Around, helpNames: ReadonlySet<string>): boolean {
  return path.some((node, index) => {
    const inner = path[index - 1];
    switch (node.type) {
      case "ThrowStatement":
      case "TSLiteralType":
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return true;
      case "CallExpression":
        if (inner === node["callee"]) return false;
        return helpCalls.test(calledName(node)) || (index === 1 && figures.test(calledName(node)));
      case "NewExpression":
        return madeOfHelp.test(calledName(node));
      case "Property":
        return inner === node["value"] && titles.test(nameOf(node["key"]));
      case "JSXAttribute":
        return titles.test(nameOf(node["name"]));
      case "JSXElement":
        return titleElements.test(nameOf((node["openingElement"] as Node)["name"]));
      case "VariableDeclarator":
        return helpNames.has(nameOf(node["id"])) || titles.test(nameOf(node["id"]));
      default:
        return false;
    }
  });
}

/** Constants that are given to help, by their name anywhere in the file. */
function namesOfHelp(root: Node): Set<string> {
  const names = new Set<string>();
  walk(root, (node) => {
    if (node.type === "CallExpression" && helpCalls.test(calledName(node)))
      for (const argument of node["arguments"] as Node[])
        if (argument.type === "Identifier") names.add(nameOf(argument));
  });
  return names;
}

function calledName(node: Node): string {
  const callee = node["callee"] as Node;
  return nameOf(callee.type === "MemberExpression" ? callee["property"] : callee);
}

/** The innermost declaration that has a name. */
function ownerOf(around: Around): string {
  for (const node of around) {
    const named = nameOf(node["id"]) || (node.type === "MethodDefinition" ? nameOf(node["key"]) : "");
    if (named !== "") return named;
  }
  return "";
}

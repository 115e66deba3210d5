import { parseSync } from "oxc-parser";

/** A node of the syntax tree. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** The nodes around one, the nearest first. */
export type Around = readonly Node[];

/**
 * The tree of a file.
 *
 * @param name with its ending, which tells the syntax
 * @throws Error for a text that is no TypeScript
 */
export function treeOf(name: string, text: string): Node {
  const { program, errors } = parseSync(name, text);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`);
  return program as unknown as Node;
}

/** Visits every node, the outer before the inner. */
export function walk(node: Node, visit: (node: Node, around: Around) => void, around: Around = []): void {
  visit(node, around);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === "object" && typeof (child as Node).type === "string")
        walk(child as Node, visit, [node, ...around]);
    }
  }
}

/** The name of an identifier, the text of a string; "" for anything else. */
export function nameOf(node: unknown): string {
  const { name, value } = (node ?? {}) as { name?: unknown; value?: unknown };
  if (typeof name === "string") return name;
  return typeof value === "string" ? value : "";
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, place: number): number {
  return text.slice(0, place).split("\n").length;
}

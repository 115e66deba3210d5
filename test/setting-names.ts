import { nameOf, type Node, treeOf, walk } from "./syntax.ts";

/**
 * The settings that a file names. A name of several words (`keysPerTurn`) means the setting wherever it stands, as an
 * identifier, a property or a text. A name of one word (`start`) is a word of other things, too, and counts where it is
 * read from something called settings, or from a parameter whose type is.
 *
 * @param name of the file with its ending
 * @param known the names of all settings
 */
export function settingsNamed(name: string, text: string, known: readonly string[]): Set<string> {
  const found = new Set<string>();
  const add = (one: unknown, isRead: boolean): void => {
    const word = nameOf(one);
    if (known.includes(word) && (isRead || /[A-Z]/.test(word))) found.add(word);
  };
  walk(treeOf(name, text), (node, [parent]) => {
    if (node.type === "Identifier" || node.type === "Literal") add(node, false);
    if (node.type === "MemberExpression") add(node["property"], areSettings(node["object"]));
    if (node.type === "ObjectPattern" && isOfSettings(node, parent, text))
      for (const property of node["properties"] as Node[]) add(property["key"], true);
  });
  return found;
}

/** `settings`, `run.settings`, `standardSettings`. */
function areSettings(node: unknown): boolean {
  const { type, property } = (node ?? {}) as Partial<Node> & { property?: unknown };
  return /settings$/i.test(nameOf(type === "MemberExpression" ? property : node));
}

/** `{ … } = settings`, `settings: { … }`, or a parameter `{ … }: Settings`. */
function isOfSettings(pattern: Node, parent: Node | undefined, text: string): boolean {
  const type = pattern["typeAnnotation"] as Node | null | undefined;
  if (type !== null && type !== undefined) return /Settings\b/.test(text.slice(type.start, type.end));
  if (parent?.type === "VariableDeclarator") return areSettings(parent["init"]);
  return parent?.type === "Property" && areSettings(parent["key"]);
}

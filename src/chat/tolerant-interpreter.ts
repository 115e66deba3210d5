import { Interpreter } from "@huggingface/jinja";

/** A node of a parsed template. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What an expression comes to. */
interface Value {
  readonly type: string;
  readonly value: unknown;
}

/** The library's types do not resolve. */
const Library = Interpreter as new (
  scope: unknown,
) => {
  run(program: unknown): Value;
  evaluate(node: Node | undefined, scope: unknown): Value;
};

/**
 * The library's interpreter, where it refuses or misreads what llama.cpp's and Python's engines take: integer keys, what
 * is undefined in a loop or a sum, a list of pairs, and some methods of strings.
 */
export class TolerantInterpreter extends Library {
  override evaluate(node: Node | undefined, scope: unknown): Value {
    if (node === undefined) return super.evaluate(node, scope);
    if (node.type === "Evaluated") return node["value"] as Value;
    const mended = menders[node.type]?.(node, (child) => this.evaluate(child as Node, scope));
    return super.evaluate(mended ?? node, scope);
  }
}

type Mend = (node: Node, evaluate: (child: unknown) => Value) => Node;

const menders: Readonly<Record<string, Mend | undefined>> = {
  For(node, evaluate) {
    const iterable = node["iterable"] as Node;
    if (iterable.type !== "SelectExpression") return { ...node, iterable: listIn(evaluate(iterable)) };
    return { ...node, iterable: { ...iterable, lhs: listIn(evaluate(iterable["lhs"])) } };
  },
  FilterExpression(node, evaluate) {
    const filter = node["filter"] as Node;
    const name = ((filter["callee"] ?? filter) as Node)["value"];
    const operand = evaluate(node["operand"]);
    return { ...node, operand: filtersOfLists.has(String(name)) ? listIn(operand) : evaluated(operand) };
  },
  BinaryExpression(node, evaluate) {
    const operator = (node["operator"] as { readonly value: string }).value;
    if (!["+", "in", "not in", "<", "<=", ">", ">="].includes(operator)) return node;
    const left = evaluate(node["left"]);
    const right = evaluate(node["right"]);
    if (operator === "+") return { ...node, left: textIn(left), right: textIn(right) };
    if (!operator.endsWith("in"))
      return { ...node, left: numberBeside(right, left), right: numberBeside(left, right) };
    return {
      ...node,
      left: right.type === "ObjectValue" ? keyIn(left) : evaluated(left),
      right: evaluated(right),
    };
  },
  MemberExpression(node, evaluate) {
    const property = node["property"] as Node;
    if (node["computed"] !== true || property.type === "SliceExpression") return node;
    const object = evaluate(node["object"]);
    const key = evaluate(property);
    return {
      ...node,
      object: evaluated(object),
      property: object.type === "ObjectValue" ? keyIn(key) : evaluated(key),
    };
  },
  ObjectLiteral(node, evaluate) {
    const entries = [...(node["value"] as Map<unknown, unknown>)];
    return { ...node, value: new Map(entries.map(([key, value]) => [keyIn(evaluate(key)), value])) };
  },
  ArrayLiteral(node) {
    const items = node["value"] as Node[];
    return {
      ...node,
      value: items.map((item) => (item.type === "TupleLiteral" ? { ...item, type: "ArrayLiteral" } : item)),
    };
  },
  CallExpression(node, evaluate) {
    const callee = node["callee"] as Node;
    const method = methods.get(String((callee["property"] as Node | undefined)?.["value"]));
    if (callee.type !== "MemberExpression" || callee["computed"] === true || method === undefined)
      return node;
    const object = evaluate(callee["object"]);
    const values = (node["args"] as unknown[]).map(evaluate);
    if (object.type !== "StringValue" || values.length === 0)
      return { ...node, callee: { ...callee, object: evaluated(object) }, args: values.map(evaluated) };
    return text(
      method(
        String(object.value),
        values.map((value) => String(value.value)),
      ),
    );
  },
};

const filtersOfLists = new Set([
  "length",
  "count",
  "list",
  "first",
  "last",
  "join",
  "map",
  "selectattr",
  "rejectattr",
  "reverse",
  "sort",
]);

/** Methods of strings with arguments, which the library ignores or lacks. */
const methods: ReadonlyMap<string, (text: string, values: readonly string[]) => string> = new Map([
  ["strip", (text, [letters = ""]) => stripEnd(stripStart(text, letters), letters)],
  ["lstrip", (text, [letters = ""]) => stripStart(text, letters)],
  ["rstrip", (text, [letters = ""]) => stripEnd(text, letters)],
  ["format", (text, values) => values.reduce((filled, value) => filled.replace("{}", () => value), text)],
]);

function stripStart(text: string, letters: string): string {
  let start = 0;
  while (start < text.length && letters.includes(text.charAt(start))) start++;
  return text.slice(start);
}

function stripEnd(text: string, letters: string): string {
  let end = text.length;
  while (end > 0 && letters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

const evaluated = (value: Value): Node => ({ type: "Evaluated", value });
const text = (value: string): Node => ({ type: "StringLiteral", value });
const isNothing = ({ type }: Value): boolean => type === "UndefinedValue" || type === "NullValue";

function listIn(value: Value): Node {
  return isNothing(value) ? { type: "ArrayLiteral", value: [] } : evaluated(value);
}

function textIn(value: Value): Node {
  return value.type === "UndefinedValue" ? text("") : evaluated(value);
}

/** Its objects have keys of letters alone. */
function keyIn(value: Value): Node {
  return value.type === "IntegerValue" ? text(String(value.value)) : evaluated(value);
}

/** A text beside an integer can only be a key that was one. */
function numberBeside(other: Value, value: Value): Node {
  const isKey = other.type === "IntegerValue" && value.type === "StringValue";
  return isKey ? { type: "IntegerLiteral", value: Number(value.value) } : evaluated(value);
}

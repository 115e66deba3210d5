import fc from "fast-check";
import { z } from "zod";
import { jsonObject } from "../../src/settings/kinds.ts";
import { parseHistory } from "../../src/rollout/history/index.ts";
import { injectedText } from "../../src/rollout/history/injected.ts";
import { isLevelOpen, onLevel, withOpenLevel } from "../../src/settings/on-level.ts";
import { rowOf, type SettingName, settingNames, type Settings } from "../../src/settings/settings.ts";

/** A value that JSON Schema allows, as far as the table's kinds need it. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
}

/** Any valid settings, each value by what the table's schema allows; texts with a meaning by their own makers. */
export function anySettings(): fc.Arbitrary<Settings> {
  const values = settingNames.map((name) => [name, valueOf(name)]);
  return fc
    .record(Object.fromEntries(values) as { [Name in SettingName]: fc.Arbitrary<Settings[Name]> })
    .map((settings) => (isLevelOpen(settings) ? withOpenLevel(settings) : onLevel(settings)));
}

function valueOf(name: SettingName): fc.Arbitrary<unknown> {
  if (name === "history") return histories;
  if (name === "votes") return votes;
  if (name === "shard") return shards;
  if (name === "reasoningEffort") return fc.constantFrom(null, "low", "none", "no_think");
  if (name === "chatTemplateKwargs") return variables;
  // What a file holds is read where the flag is.
  if (name === "dataset" || name === "chatTemplate" || name === "lora") return fc.constant(null);
  const any = arbitraryOf(z.toJSONSchema(rowOf(name).kind.schema) as Schema);
  return name === "probe" ? any.map(ascending) : any;
}

const histories = fc.oneof(
  fc.constantFrom("own", "healed", "recap", "fresh", "filler", "heal:3", "window:12"),
  fc
    .record({
      rate: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
      error: fc.constantFrom("noise" as const, "offset" as const, "sum" as const, "look-up" as const),
      role: fc.constantFrom("assistant" as const, "user" as const),
    })
    .map((given) => parseHistory(injectedText(given)).text),
);
const variables = fc
  .option(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }))
  .map((given) => (given === null ? null : jsonObject(JSON.stringify(given))));
const shards = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 9999 }))
  .map(([number, more]) => `${number}/${number + more}`);
const votes = fc.constantFrom("none", "majority:5", "ahead:2:20", "ahead:1:1");

function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  const { type, anyOf, items, minimum = 0, maximum = 1000 } = schema;
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(arbitraryOf));
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  if (type === "integer") return fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) });
  if (type === "number")
    return fc.double({ min: minimum, max: maximum, noNaN: true }).map((value) => value + 0);
  if (type === "array" && items !== undefined)
    return fc.array(arbitraryOf(items), { minLength: 1, maxLength: 5 });
  throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
}

function ascending(turns: unknown): unknown {
  return Array.isArray(turns) ? [...new Set(turns as number[])].toSorted((a, b) => a - b) : turns;
}

import { z } from "zod";
import { schemaId } from "./id.ts";
import { documents, unnamed } from "./index.ts";

type SchemaName = keyof typeof documents | keyof typeof unnamed;

export const schemaNames = Object.keys({ ...documents, ...unnamed }) as SchemaName[];

/** The name in what was given, which may be the id that a document has; null: there is no such schema. */
export function schemaNamed(text: string): SchemaName | null {
  return schemaNames.find((name) => name === text || schemaId(name) === text) ?? null;
}

/** What it is of, in a line. */
export function aboutSchema(name: SchemaName): string {
  return contentOf(name).description ?? "";
}

/** The JSON Schema (draft 2020-12). Unknown fields are allowed, since further ones may be added. */
export function jsonSchemaOf(name: SchemaName): Readonly<Record<string, unknown>> {
  const content = contentOf(name);
  const schema =
    name in documents
      ? z.object({ $schema: z.literal(schemaId(name)), ...content.shape }).describe(aboutSchema(name))
      : content;
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return { $schema, $id: schemaId(name), title: `Longhaul ${name}`, ...rest };
}

function contentOf(name: SchemaName): z.ZodObject {
  return { ...documents, ...unnamed }[name];
}

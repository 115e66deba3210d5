import { writeFileSync } from "node:fs";
import { compareJsonSchema } from "../../src/report/compare/schema.ts";
import { documentJsonSchema } from "../../src/report/schema.ts";

const schemas = {
  "document.schema.json": documentJsonSchema(),
  "compare/compare.schema.json": compareJsonSchema(),
};
for (const [file, schema] of Object.entries(schemas))
  writeFileSync(new URL(`../../src/report/${file}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);

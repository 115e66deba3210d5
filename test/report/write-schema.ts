import { writeFileSync } from "node:fs";
import { compareJsonSchema } from "../../src/figures/compare-schema.ts";
import { suiteJsonSchema } from "../../src/experiments/suite/schema.ts";
import { documentJsonSchema } from "../../src/figures/schema.ts";
import { suiteDocumentJsonSchema } from "../../src/report/suite/schema.ts";

const schemas = {
  "report/document.schema.json": documentJsonSchema(),
  "report/compare/compare.schema.json": compareJsonSchema(),
  "report/suite/suite-document.schema.json": suiteDocumentJsonSchema(),
  "experiments/suite/suite.schema.json": suiteJsonSchema(),
};
for (const [file, schema] of Object.entries(schemas))
  writeFileSync(new URL(`../../src/${file}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);

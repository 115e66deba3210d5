import { writeFileSync } from "node:fs";
import { jsonSchemaOf, schemaNames } from "../src/cli/documents/json-schema.ts";

/** Writes the schemas that ship: npm run schema */
for (const name of schemaNames)
  writeFileSync(
    new URL(`../schemas/${name}.schema.json`, import.meta.url),
    `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`,
  );

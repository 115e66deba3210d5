import { writeFileSync } from "node:fs";
import { documentJsonSchema } from "../../src/report/schema.ts";

writeFileSync(
  new URL("../../src/report/document.schema.json", import.meta.url),
  `${JSON.stringify(documentJsonSchema(), null, 2)}\n`,
);

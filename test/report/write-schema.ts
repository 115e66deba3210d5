import { writeFileSync } from "node:fs";
import { compareJsonSchema } from "../../src/figures/compare-schema.ts";
import { suiteJsonSchema } from "../../src/suites/suite-file.ts";
import { doctorJsonSchema } from "../../src/doctor/doctor-schema.ts";
import { documentJsonSchema } from "../../src/figures/run-schema.ts";
import { speedJsonSchema } from "../../src/figures/speed-test-schema.ts";
import { suiteDocumentJsonSchema } from "../../src/report/suite/suite-schema.ts";

const schemas = {
  "doctor/doctor.schema.json": doctorJsonSchema(),
  "report/document.schema.json": documentJsonSchema(),
  "report/compare/compare.schema.json": compareJsonSchema(),
  "report/suite/suite-document.schema.json": suiteDocumentJsonSchema(),
  "report/speed/speed.schema.json": speedJsonSchema(),
  "suites/suite.schema.json": suiteJsonSchema(),
};
for (const [file, schema] of Object.entries(schemas))
  writeFileSync(new URL(`../../src/${file}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);

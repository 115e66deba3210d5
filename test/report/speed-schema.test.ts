import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { speedJsonSchema } from "../../src/figures/speed-test-schema.ts";

test("the schema of speed that ships is that of its document", () => {
  const shipped = readFileSync(new URL("../../src/report/speed/speed.schema.json", import.meta.url), "utf8");
  // Written anew by: npx tsx test/report/write-schema.ts
  expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(speedJsonSchema())));
});

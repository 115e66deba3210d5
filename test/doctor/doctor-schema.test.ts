import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { doctorJsonSchema } from "../../src/doctor/doctor-schema.ts";

it("ships the schema of the document as it is", () => {
  const shipped = readFileSync(new URL("../../src/doctor/doctor.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(doctorJsonSchema())));
});

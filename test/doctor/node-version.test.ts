import { expect, it } from "vitest";
import { isWithin } from "../../src/doctor/node-version.ts";

const range = "^20.19.0 || >=22.14.0";

it.each(["v20.19.0", "v20.20.2", "v22.14.0", "v22.20.1", "v23.0.0", "v24.1.0"])("takes %s", (version) => {
  expect(isWithin(version, range)).toBe(true);
});

it.each(["v18.20.4", "v20.18.9", "v20.9.0", "v21.7.3", "v22.13.9", "v22.9.0"])("refuses %s", (version) => {
  expect(isWithin(version, range)).toBe(false);
});

import { expect, it } from "vitest";
import { idsApart } from "../../src/page/figures/ids.ts";

it("ids keep letters of any script, and tell apart names that differ in nothing else", () => {
  const names = ["один", "два", "a b", "a/b", "a-b-2", "a  b"];
  expect(idsApart(names)).toEqual(["один", "два", "a-b", "a-b-2", "a-b-2-2", "a-b-3"]);
});

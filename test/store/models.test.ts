import { expect, it } from "vitest";
import { recordModel } from "../../src/store/append.ts";
import { madeModel } from "../report/runs.ts";
import { emptyDatabase } from "./builders.ts";

it("a model whose row does not tell what its weights take has another that does, and no third", () => {
  const database = emptyDatabase();
  const [before, today] = [madeModel({ tensorBytes: null }), madeModel({ tensorBytes: 7 })];
  const ids = [before, today, today, before].map((model) => recordModel(database, model));
  expect(ids).toEqual([1, 2, 2, 1]);
});

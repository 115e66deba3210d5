import { join } from "node:path";
import { expect, it } from "vitest";
import { together } from "../../bench/durability/writers.ts";
import { main, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();

/** A minute of it: bench/durability/together.ts. */
it("keeps every turn of two runs that write to one file at once, while others read", async () => {
  const result = await together(main, join(folder, "both.db"), 4);
  expect(result).toMatchObject({ missing: 0, holds: true });
  expect(result.reads).toBeGreaterThan(0);
}, 60_000);

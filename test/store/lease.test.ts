import { describe, expect, it } from "vitest";
import { renewLease } from "../../src/store/lease.ts";
import { emptyDatabase, newRun } from "./builders.ts";

describe("a lease", () => {
  it("is renewed, and no clock that is set back shortens it", () => {
    const database = emptyDatabase();
    const runId = newRun(database);
    const until = database.prepare("SELECT until_ms FROM lease").pluck();
    const set = database.prepare("UPDATE lease SET until_ms = ?");
    set.run(1000);
    renewLease(database, runId, null);
    expect(until.get()).toBeGreaterThan(1000);
    // As a clock wrote it that was an hour ahead until now.
    const ahead = (until.get() as number) + 3_600_000;
    set.run(ahead);
    renewLease(database, runId, null);
    expect(until.get()).toBe(ahead);
  });
});

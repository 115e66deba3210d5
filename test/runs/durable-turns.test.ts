import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import type { TurnRequest } from "../../src/engine/engine.ts";
import type { TrialProgress } from "../../src/runs/trial.ts";
import { openDatabase } from "../../src/store/database.ts";
import { ChatServer } from "../engine/chat-server.ts";
import { chatRollouts, chatTurns, runChat, slippingAnswer } from "./chat-trial.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-durable-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What another process would find in the file. */
function stored(path: string, sql: string, ...values: readonly unknown[]): unknown[] {
  const database = new Sqlite(path, { readonly: true });
  try {
    return database
      .prepare(sql)
      .pluck()
      .all(...values);
  } finally {
    database.close();
  }
}

const turnsOf = "SELECT turn FROM turn WHERE rollout = ? ORDER BY turn";
const upTo = (turns: number): number[] => Array.from({ length: turns }, (_, index) => index + 1);

describe("without lockstep a finished turn", () => {
  it("is in the file before the same conversation's next turn begins", async () => {
    const path = join(folder, "next.db");
    const before: { request: TurnRequest; found: unknown[] }[] = [];
    const server = new ChatServer((request) => {
      before.push({ request, found: stored(path, turnsOf, request.rollout) });
      return slippingAnswer(request);
    }, 3);
    const database = openDatabase(path);
    expect(await runChat(database, { server })).toEqual({ status: "complete", error: null, broken: null });
    database.close();
    expect(before).toHaveLength(chatRollouts * chatTurns);
    for (const { request, found } of before) expect(found).toEqual(upTo(request.turnIndex));
  });

  it("outlives a process that is killed right after it", async () => {
    const path = join(folder, "killed.db");
    const script = join(import.meta.dirname, "killed-chat-trial.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script, path], { stdio: "inherit" });
    const signal = await new Promise((resolve) => child.on("close", (_code, why) => resolve(why)));
    expect(signal).toBe("SIGKILL");
    expect(stored(path, turnsOf, 0)).toEqual(upTo(5));
  });

  it("stays where the engine fails in the next one, and only that rollout ends", async () => {
    const path = join(folder, "failed.db");
    const server = new ChatServer((request) => {
      if (request.rollout === 1 && request.turnIndex === 3) throw new Error("the server is gone");
      return slippingAnswer(request);
    }, 3);
    const database = openDatabase(path);
    expect(await runChat(database, { server })).toMatchObject({ status: "complete", broken: { count: 1 } });
    database.close();
    expect(stored(path, turnsOf, 1)).toEqual(upTo(3));
    expect(stored(path, "SELECT end FROM rollout ORDER BY rollout")).toEqual([
      "complete",
      "engine_error",
      ...Array.from({ length: chatRollouts - 2 }, () => "complete"),
    ]);
  });

  it("is not followed by others where it could not be written", async () => {
    const path = join(folder, "full.db");
    const server = new ChatServer(slippingAnswer, 3);
    const database = openDatabase(path);
    database.exec(`CREATE TEMP TRIGGER full BEFORE INSERT ON turn WHEN NEW.rollout = 1 AND NEW.turn = 3
      BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
    expect(await runChat(database, { server })).toMatchObject({
      status: "failed",
      error: "the disk is full",
    });
    database.close();
    expect(stored(path, turnsOf, 1)).toEqual([1, 2]);
    for (let rollout = 0; rollout < chatRollouts; rollout++) {
      const turns = stored(path, turnsOf, rollout);
      expect(turns).toEqual(upTo(turns.length));
    }
    const asked = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toHaveLength(asked);
  });
});

describe("a trial without lockstep", () => {
  it("lets conversations run apart, and tells how far it is, without tokens or batches", async () => {
    const seen: TrialProgress[] = [];
    const server = new ChatServer(slippingAnswer, 3);
    const database = openDatabase(join(folder, "apart.db"));
    await runChat(database, { server, onProgress: (progress) => seen.push(progress) });
    database.close();
    const furthest = new Map<number, number>();
    let apart = 0;
    for (const { rollout, turnIndex } of server.requests) {
      furthest.set(rollout, turnIndex);
      const [fast = 0, slow = 0] = [furthest.get(0), furthest.get(2)];
      apart = Math.max(apart, fast - slow);
    }
    expect(apart).toBeGreaterThan(2);
    expect(seen.map(({ turnsDone }) => turnsDone)).toEqual(expect.arrayContaining(upTo(48)));
    expect(seen.at(-1)).toMatchObject({ decodeTokensPerSecond: null, batches: 0, forecast: null });
  });

  it("asks for what the engine takes and nothing else", async () => {
    const server = new ChatServer(slippingAnswer, 3);
    const database = openDatabase(join(folder, "asked.db"));
    await runChat(database, { server });
    database.close();
    for (const request of server.requests)
      expect(Object.keys(request).toSorted()).toEqual([
        "isWatched",
        "maxTokens",
        "messages",
        "reasoningBudget",
        "rollout",
        "sample",
        "sampling",
        "stop",
        "turnIndex",
      ]);
  });

  it("is refused before its first turn where it asks for a grammar that the engine cannot take", async () => {
    const server = new ChatServer(slippingAnswer, 3);
    const path = join(folder, "grammar.db");
    const database = openDatabase(path);
    const end = await runChat(database, { server, change: { format: "integer" } });
    database.close();
    const error =
      '--format integer: the engine "chat" takes no grammar. Use --format free, or another engine.';
    expect(end).toEqual({ status: "failed", error, broken: null });
    expect(server.requests).toEqual([]);
    expect(stored(path, "SELECT error FROM run")).toEqual([error]);
    expect(stored(path, "SELECT count(*) FROM rollout")).toEqual([0]);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { PlantedServer } from "./planted-server.ts";
import { playServed, serve } from "./served-rollout.ts";

const key = "sk-secret-0123456789";
let server: PlantedServer | null = null;
afterEach(async () => {
  await server?.stop();
});

describe("a server that sends the key back", () => {
  it("gets it, and no reply, event, fact or message holds it", async () => {
    process.env["LONGHAUL_API_KEY"] = key;
    server = await PlantedServer.start({ kind: "vllm", isEchoing: true });
    const served = await serve(server);
    server.mishaps.push(null, { is: "error event", error: { message: `bad key ${key}`, code: 500 } }, null);
    server.mishaps.push({ is: "status", status: 401, body: { error: { message: `bad key ${key}` } } });
    const { turns, track, end, detail } = await playServed(served);
    expect({ track, end }).toEqual({ track: "rr", end: "engine_error" });
    expect(server.asked.every(({ headers }) => headers.authorization === `Bearer ${key}`)).toBe(true);
    const all = JSON.stringify([turns, detail, served.events, served.engine.info]);
    expect(all).toContain("[key]");
    for (const written of [key, "secret", "0123456789"]) expect(all).not.toContain(written);
    expect(process.env).not.toHaveProperty("LONGHAUL_API_KEY");
  });
});

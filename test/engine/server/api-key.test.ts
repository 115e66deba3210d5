import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { inspect } from "node:util";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { takeApiKey, withoutKey } from "../../../src/engine/server/api-key.ts";
import { ServerClient } from "../../../src/engine/server/client.ts";
import { ServerFault } from "../../../src/engine/server/fault.ts";
import { isRemote } from "../../../src/engine/server/loopback.ts";
import { temporaryFolder } from "../../cli/longhaul.ts";
import { localServer } from "./local-server.ts";

/** What each host is looked up to; all others as ever. */
const hosts = vi.hoisted(() => new Map<string, { address: string; family: number }[]>());

vi.mock("node:dns", async (original) => {
  const dns = await original<typeof import("node:dns")>();
  const lookup = (host: string, options: object, done: (error: unknown, found: unknown) => void): void => {
    const found = hosts.get(host);
    if (found === undefined) dns.lookup(host, { ...options, all: true }, done);
    else setImmediate(() => done(null, found));
  };
  return { ...dns, lookup, default: { ...dns, lookup } };
});

const key = 'sk-"secret"/1234567890';

function clientAt(url: string, apiKey: string | null = key): ServerClient {
  return new ServerClient({ api: "openai", url }, { requestTimeoutMs: 5000, signal: null, apiKey });
}

async function faultOf(work: Promise<unknown>): Promise<ServerFault> {
  const error = await work.then(() => null).catch((thrown: unknown) => thrown);
  if (error instanceof ServerFault) return error;
  throw new Error(`no fault of a server: ${String(error)}`);
}

beforeEach(() => hosts.clear());

describe("the key", () => {
  it("leaves the environment with the first call, and no child has it", () => {
    process.env["LONGHAUL_API_KEY"] = ` ${key}\n`;
    expect([takeApiKey(), takeApiKey()]).toEqual([key, key]);
    const print = "process.stdout.write(JSON.stringify(process.env))";
    expect(execFileSync(process.execPath, ["-e", print], { encoding: "utf8" })).not.toContain("sk-");
    process.env["LONGHAUL_API_KEY"] = "";
    expect(takeApiKey()).toBe(key);
    expect(process.env).not.toHaveProperty("LONGHAUL_API_KEY");
  });

  it("is in no fault and no picture of a client, in whatever way a server sends it back", async () => {
    const echoes = [
      (sent: string) => sent,
      (sent: string) => JSON.stringify({ error: { message: `bad ${sent}` } }),
      (sent: string) => JSON.stringify({ error: sent }).replaceAll("/", "\\/"),
      (sent: string) => encodeURIComponent(sent),
      (sent: string) => Buffer.from(sent.replace("Bearer ", "")).toString("base64"),
      // The place where it is cut falls into the key.
      (sent: string) => `${"x".repeat(1990)}${sent}`,
    ];
    for (const echo of echoes) {
      const origin = await localServer(({ headers }, response) => {
        response.writeHead(401).end(echo(headers.authorization ?? ""));
      });
      const fault = await faultOf(clientAt(origin).get("models"));
      const written = inspect(fault, { depth: 5, showHidden: true });
      expect(written).not.toMatch(/sk-|secret|1234567890|c2st/);
      expect(fault.message).toContain("the key of LONGHAUL_API_KEY was sent");
    }
    expect(inspect(clientAt("https://example.org"), { depth: 9, showHidden: true })).not.toContain("sk-");
  });

  it("is in no fault of a redirect, a stream or a document", async () => {
    const answers = [
      (sent: string) => ({ status: 302, location: `/login?key=${encodeURIComponent(sent)}`, body: "" }),
      (sent: string) => ({ status: 200, location: "", body: `no JSON: ${sent}` }),
    ];
    for (const answer of answers) {
      const origin = await localServer(({ headers }, response) => {
        const { status, location, body } = answer(headers.authorization ?? "");
        response.writeHead(status, { location, "content-type": "application/json" }).end(body);
      });
      const never = new AbortController().signal;
      const works = [
        clientAt(origin).get("models"),
        clientAt(origin).stream("chat", {}, "sse", () => undefined, never),
      ];
      for (const work of works) {
        const fault = await faultOf(work);
        expect(fault.said).toContain("[key]");
        expect(inspect(fault, { showHidden: true })).not.toMatch(/sk-|secret/);
      }
    }
  });

  it("stays out of texts that do not hold it", () => {
    expect(withoutKey("a text", key)).toBe("a text");
    expect(withoutKey("a text", null)).toBe("a text");
  });

  it("that no header can hold is refused without being shown", async () => {
    const fault = await faultOf(clientAt("http://127.0.0.1:9", "schlüssel\u2026").get("a"));
    expect(fault.message).toMatch(/LONGHAUL_API_KEY holds characters that cannot be sent/);
    expect(fault.message).not.toContain("schl");
  });
});

describe("where the key goes", () => {
  it("is to this machine, over plain http, by whatever name it has", async () => {
    let keys = 0;
    const origin = await localServer(({ headers }, response) => {
      if (headers.authorization === `Bearer ${key}`) keys++;
      response.end("{}");
    });
    hosts.set("models.test", [{ address: "127.0.0.1", family: 4 }]);
    for (const host of ["127.0.0.1", "localhost", "models.test"])
      await clientAt(origin.replace("127.0.0.1", host)).get("a");
    expect(keys).toBe(3);
  });

  it.each([
    ["a name of another machine", "http://models.test", [{ address: "192.0.2.7", family: 4 }]],
    [
      "a name of this machine and another",
      "http://models.test",
      [
        { address: "127.0.0.1", family: 4 },
        { address: "2001:db8::1", family: 6 },
      ],
    ],
    ["an address of another machine", "http://192.0.2.7", []],
    ["one of IPv6", "http://[2001:db8::1]", []],
  ])("is not over plain http to %s: nothing is sent at all", async (_, url, found) => {
    let requests = 0;
    const origin = await localServer((_request, response) => {
      requests++;
      response.end("{}");
    });
    hosts.set("models.test", found);
    const fault = await faultOf(clientAt(`${url}:${new URL(origin).port}`).get("a"));
    expect(fault.cause).toBe("address");
    expect(fault.message).toMatch(/LONGHAUL_API_KEY is not sent to .* without encryption/);
    expect(fault.message).toMatch(/Use https, or unset the key/);
    expect(requests).toBe(0);
  });

  it("is not looked after where there is none", async () => {
    const fault = await faultOf(clientAt("http://no-such-host.invalid", null).get("a"));
    expect(fault.message).toMatch(/names a host that (is not known|could not be looked up)/);
  });
});

describe("another machine", () => {
  it.each([
    ["http://127.0.0.1:8080/v1", false],
    ["http://127.8.9.10", false],
    ["http://[::1]:8080", false],
    ["http://[::ffff:127.0.0.1]", false],
    ["http://0.0.0.0:8080", false],
    ["http://localhost:1234", false],
    ["http://192.0.2.7", true],
    ["https://[2001:db8::1]", true],
    ["https://models.test/v1", true],
  ])("is told by the address: %s %s", async (url, expected) => {
    hosts.set("models.test", [
      { address: "127.0.0.1", family: 4 },
      { address: "192.0.2.7", family: 4 },
    ]);
    await expect(isRemote({ api: "openai", url })).resolves.toBe(expected);
  });

  it("that no one knows is a fault", async () => {
    const fault = await faultOf(isRemote({ api: "openai", url: "http://no-such-host.invalid" }));
    expect(fault.cause).toBe("address");
  });
});

describe.skipIf(spawnSync("openssl", ["version"]).status !== 0)(
  "certificates (skipped where openssl is missing)",
  () => {
    const folder = temporaryFolder();

    it("of nobody's authority are refused, before anything is sent", async () => {
      const [keyFile, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
      const subject = ["-nodes", "-days", "1", "-subj", "/CN=localhost"];
      spawnSync("openssl", [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        ...subject,
        "-keyout",
        keyFile,
        "-out",
        certificate,
      ]);
      let requests = 0;
      const server = createServer(
        { key: readFileSync(keyFile), cert: readFileSync(certificate) },
        (_, response) => {
          requests++;
          response.end("{}");
        },
      );
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      const { port } = server.address() as AddressInfo;
      const fault = await faultOf(clientAt(`https://127.0.0.1:${port}`).get("a"));
      server.close();
      expect(fault.cause).toBe("certificate");
      expect(fault.message).toMatch(/certificate that cannot be trusted.*NODE_EXTRA_CA_CERTS/);
      expect(requests).toBe(0);
    });
  },
);

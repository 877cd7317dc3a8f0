import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { createTestAuthority } from "@gennaker/testkit/fakes/kube-api/certificates.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "gennaker-tls-"));
const authority = createTestAuthority();
const machines = createTestAuthority();
const file = (name: string, text: string) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
const issue = () => authority.issue({ commonName: "server", ips: ["127.0.0.1"], names: ["localhost"] });
function putServer({ cert, key }: { cert: string; key: string }): void {
  file("cert.pem", cert);
  file("key.pem", key);
}
putServer(issue());
const config = file(
  "gennaker.yaml",
  JSON.stringify({
    tls: {
      cert: join(directory, "cert.pem"),
      key: join(directory, "key.pem"),
      clientCa: file("machines.pem", machines.ca),
      reloadSeconds: 1,
    },
    access: { local: true, certificates: { user: "dns", pattern: "([a-z0-9-]+)\\.machines\\.test" } },
  }),
);
const server = await startServer({ flags: ["--config", config] });
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true });
});

type Shown = { cert: string; key: string };
type Answer = { status: number; headers: IncomingHttpHeaders; text: string; serial: string };
type Options = { method?: string; headers?: Record<string, string>; body?: string; shows?: Shown; agent?: Agent };

function call(path: string, { method = "GET", headers = {}, body, shows, agent }: Options = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  const used = agent ?? new Agent({ ca: authority.ca, ...shows });
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: used }, (response) => {
      const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
      let text = "";
      response.on("data", (piece: Buffer) => (text += piece.toString()));
      response.on("end", () => {
        if (agent === undefined) used.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, serial });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
const json = { "content-type": "application/json" };
const password = "correct horse battery";
const boss = { authorization: `Basic ${Buffer.from(`boss:${password}`).toString("base64")}`, ...json };
const robot = machines.issue({ commonName: "anything", names: ["robot.machines.test"] });

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ token, username: "boss", password }).toString();
  const made = await call("/ui/setup", { method: "POST", headers: form, body });
  expect(made.status).toBe(303);
  // Over TLS the session's cookie belongs to this host alone.
  expect(made.headers["set-cookie"]?.[0]).toMatch(/^__Host-gennaker=.*HttpOnly; Path=\/; SameSite=Lax; .*; Secure$/);
  const user = JSON.stringify({ kind: "service", roles: ["operator"] });
  expect((await call("/api/v1/access/users/robot", { method: "PUT", headers: boss, body: user })).status).toBe(200);
});

describe("certificates of machines", () => {
  test("say who asks, with the machine's own roles, and audit tells which one it was", async () => {
    const me = JSON.parse((await call("/api/v1/access/me", { shows: robot })).text) as object;
    expect(me).toMatchObject({ user: "robot", roles: ["operator"] });
    const saved = await call("/api/v1/applications/shop", { method: "PUT", headers: json, body: "{}", shows: robot });
    expect(saved.status).toBe(200);
    const audit = JSON.parse((await call("/api/v1/audit?limit=20", { headers: boss })).text) as object[];
    expect(audit).toContainEqual(expect.objectContaining({ action: "application.create", actor: "robot" }));
  });

  test("that nobody vouches for, that name nobody, or somebody who is not here, are refused with the reason", async () => {
    const cases: [string, Shown, string][] = [
      [
        "another authority",
        createTestAuthority().issue({ commonName: "x", names: ["robot.machines.test"] }),
        "is not taken",
      ],
      ["no such name", machines.issue({ commonName: "robot.machines.test" }), "names nobody"],
      ["another pattern", machines.issue({ commonName: "x", names: ["robot.machines.test.evil"] }), "names nobody"],
      ["unknown", machines.issue({ commonName: "x", names: ["ghost.machines.test"] }), "does not exist here"],
    ];
    for (const [name, shows, reason] of cases) {
      const answer = await call("/api/v1/access/me", { shows });
      expect([name, answer.status, answer.text]).toEqual([name, 401, expect.stringContaining(reason)]);
    }
  });

  test("count for nothing where something else is shown, and not for changes from a browser's page", async () => {
    const other = await call("/api/v1/access/me", { shows: robot, headers: boss });
    expect(JSON.parse(other.text)).toMatchObject({ user: "boss" });
    const wrong = { authorization: "Bearer gnk_00000000000000000000000000_x" };
    expect((await call("/api/v1/access/me", { shows: robot, headers: wrong })).status).toBe(401);
    const page = { ...json, "sec-fetch-site": "same-origin" };
    const changed = await call("/api/v1/applications/x", { method: "PUT", headers: page, body: "{}", shows: robot });
    expect(changed.status).toBe(401);
  });

  test("are needed by nobody", async () => {
    expect((await call("/health")).status).toBe(200);
    expect((await call("/api/v1/access/me")).status).toBe(401);
    expect((await call("/api/v1/access/me", { headers: boss })).status).toBe(200);
  });
});

describe("the listener", () => {
  test("takes up renewed files without closing a connection", async () => {
    const kept = new Agent({ ca: authority.ca, keepAlive: true, maxSockets: 1 });
    const before = await call("/health", { agent: kept });
    putServer(issue());
    const renewed = async () => (await call("/health")).serial;
    await expect.poll(renewed, { timeout: 10_000 }).not.toBe(before.serial);
    const after = await call("/health", { agent: kept });
    expect([after.status, after.serial]).toEqual([200, before.serial]);
    kept.destroy();
  });

  test("keeps what works when the new files do not fit together, and says so", async () => {
    const good = (await call("/health")).serial;
    file("key.pem", issue().key);
    await expect.poll(() => server.log(), { timeout: 10_000 }).toContain("the one before stays");
    expect((await call("/health")).serial).toBe(good);
    putServer(issue());
    await expect.poll(async () => (await call("/health")).serial, { timeout: 10_000 }).not.toBe(good);
  });

  test("speaks no plain HTTP, and tells browsers to come back over TLS only", async () => {
    const { port } = new URL(server.url);
    const plain = new Promise((resolve, reject) => {
      plainRequest({ hostname: "127.0.0.1", port, path: "/health" }, (response) => resolve(response.statusCode))
        .on("error", reject)
        .end();
    });
    await expect(plain).rejects.toThrow();
    expect((await call("/ui/login")).headers["strict-transport-security"]).toMatch(/max-age=\d{7,}/);
  });
});

test("a start with files that cannot be used, or served to others without a login, says why", async () => {
  const bad = file(
    "bad.yaml",
    JSON.stringify({ tls: { cert: join(directory, "none.pem"), key: join(directory, "none.pem") } }),
  );
  await expect(startServer({ flags: ["--config", bad] })).rejects.toThrow(/tls\.cert cannot be read \(ENOENT\)/);
  await expect(startServer({ flags: ["--host", "0.0.0.0"] })).rejects.toThrow(/only loopback addresses are served/);
  const half = file("half.yaml", JSON.stringify({ tls: { cert: "x" } }));
  await expect(startServer({ flags: ["--config", half] })).rejects.toThrow(/belong together/);
}, 60_000);

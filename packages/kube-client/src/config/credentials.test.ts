import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { execCredentials, type ExecPlugin } from "./exec-credentials.ts";
import { tokenFileCredentials } from "./file-credentials.ts";
import { oidcCredentials } from "./oidc-credentials.ts";
import { proxyFromEnvironment } from "./proxy.ts";

const v1 = "client.authentication.k8s.io/v1";

describe("exec plugins", () => {
  let folder: string;
  let plugin: ExecPlugin;
  const runs = async () => (await readFile(join(folder, "runs"), "utf8").catch(() => "")).length;
  /** A plugin that counts its runs and then does `body`. */
  const script = async (body: string) => {
    await writeFile(join(folder, "plugin"), `#!/bin/sh\nprintf x >> "${folder}/runs"\n${body}\n`);
    await chmod(join(folder, "plugin"), 0o755);
  };
  const answer = (status: object, apiVersion = v1) =>
    script(`cat <<'END'\n${JSON.stringify({ apiVersion, kind: "ExecCredential", status })}\nEND`);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "plugin-"));
    plugin = {
      apiVersion: v1,
      command: join(folder, "plugin"),
      args: ["a b", "$(touch pwned)"],
      env: { EXTRA: "yes" },
      installHint: "Install it from example.test.",
      interactiveMode: "IfAvailable",
      cluster: { server: "https://x" },
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("runs once for many callers, until its answer expires or is refused", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    await answer({ token: "secret", expirationTimestamp: "2026-01-01T01:00:00Z" });
    const credentials = execCredentials(plugin, { env: { PATH: process.env["PATH"] }, now: () => now });
    const all = await Promise.all([credentials.current(), credentials.current()]);
    expect(all.map((material) => material.headers)).toEqual(Array(2).fill({ authorization: "Bearer secret" }));
    expect(await runs()).toBe(1);
    now += 3_595_000;
    await credentials.current();
    expect(await runs()).toBe(2);
    now -= 60_000;
    await credentials.current();
    expect(await runs()).toBe(2);
    expect(credentials.invalidate()).toBe(true);
    await credentials.current();
    expect(await runs()).toBe(3);
  });

  test("gets its arguments, environment and cluster without a shell", async () => {
    await script(`printf '%s|' "$@" "$EXTRA" "$KUBERNETES_EXEC_INFO" >&2; exit 1`);
    await script(
      `printf '{"apiVersion":"${v1}","kind":"ExecCredential","status":{"token":"%s"}}' "$(printf '%s|' "$@" "$EXTRA" "$KUBERNETES_EXEC_INFO" | base64 -w0)"`,
    );
    const { headers } = await execCredentials(plugin, { env: { PATH: process.env["PATH"] } }).current();
    const [first, second, extra, info = ""] = Buffer.from(String(headers["authorization"]).slice(7), "base64")
      .toString()
      .split("|");
    expect([first, second, extra]).toEqual(["a b", "$(touch pwned)", "yes"]);
    expect(JSON.parse(info)).toMatchObject({
      apiVersion: v1,
      spec: { interactive: false, cluster: { server: "https://x" } },
    });
  });

  test("may give a certificate", async () => {
    await answer({ clientCertificateData: "CERT", clientKeyData: "KEY" });
    const material = await execCredentials(plugin, { env: { PATH: process.env["PATH"] } }).current();
    expect(material).toEqual({ headers: {}, certificate: { cert: "CERT", key: "KEY" } });
  });

  test.each([
    ["echo hello", /printed no JSON/],
    [`echo '{"kind":"Pod"}'`, /printed no ExecCredential/],
    [`echo '{"kind":"ExecCredential","apiVersion":"x"}'`, /answered in x, but the kubeconfig says/],
    [`echo '{"kind":"ExecCredential","apiVersion":"${v1}","status":{}}'`, /neither a token nor a certificate/],
    ["echo please log in >&2; exit 4", /failed \(exit status 4\): please log in/],
    [`echo token=${"abcd".repeat(20)} >&2; exit 1`, /exit status 1\): …/],
  ])("says what is wrong with: %s", async (body, reason) => {
    await script(body);
    const credentials = execCredentials(plugin, { env: { PATH: process.env["PATH"] } });
    await expect(credentials.current()).rejects.toThrow(reason);
    await expect(credentials.current()).rejects.toMatchObject({ reason: "BadCredentials" });
  });

  test("names the way to install a plugin that is missing", async () => {
    const missing = execCredentials({ ...plugin, command: join(folder, "nope") }).current();
    await expect(missing).rejects.toThrow(/cannot be started \(ENOENT\)\. Install it from example.test/);
  });

  test("does not wait for ever", async () => {
    await script("exec sleep 60");
    const slow = execCredentials(plugin, { env: { PATH: process.env["PATH"] }, timeoutMs: 100 }).current();
    await expect(slow).rejects.toThrow(/stopped after 0.1 s/);
  });
});

test("a token file is read again, and its last token outlives a moment without the file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "token-"));
  const path = join(folder, "token");
  let now = 0;
  const credentials = tokenFileCredentials(path, { fallback: "old", now: () => now });
  const token = async () => (await credentials.current()).headers["authorization"];
  expect(await token()).toBe("Bearer old");
  await writeFile(path, "one\n");
  expect(await token()).toBe("Bearer old");
  now += 60_001;
  expect(await token()).toBe("Bearer one");
  await rm(folder, { recursive: true });
  now += 60_001;
  expect(await token()).toBe("Bearer one");
  await expect(tokenFileCredentials(path).current()).rejects.toThrow(/ENOENT/);
});

describe("OIDC", () => {
  const jwt = (exp: number) => `x.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.y`;
  let server: Server;
  let asked: { body: string; authorization: string | undefined }[];
  let answers: { code: number; body: object }[];
  let issuerUrl: string;

  beforeEach(async () => {
    asked = [];
    answers = [];
    server = createServer((request, response) => {
      if (request.url === "/.well-known/openid-configuration") {
        return void response.end(JSON.stringify({ token_endpoint: `${issuerUrl}/token` }));
      }
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        asked.push({ body, authorization: request.headers.authorization });
        const { code, body: answer } = answers.shift() ?? { code: 500, body: {} };
        response.writeHead(code).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const config = (idToken: string, refreshToken: string) => ({
    issuerUrl,
    clientId: "kube",
    clientSecret: "s:1",
    idToken,
    refreshToken,
    ca: null,
  });

  test("uses the id token while it lasts, then renews it and keeps a rotated refresh token", async () => {
    let now = 1_000_000;
    const rotated: unknown[] = [];
    const credentials = oidcCredentials(config(jwt(2_000), "r1"), {
      now: () => now,
      onRotated: (tokens) => rotated.push(tokens),
    });
    expect((await credentials.current()).headers["authorization"]).toBe(`Bearer ${jwt(2_000)}`);
    now = 1_995_000;
    answers.push(
      { code: 200, body: { id_token: jwt(3_000), refresh_token: "r2" } },
      { code: 200, body: { id_token: jwt(9_000) } },
    );
    expect((await credentials.current()).headers["authorization"]).toBe(`Bearer ${jwt(3_000)}`);
    expect(asked[0]).toEqual({
      body: "grant_type=refresh_token&refresh_token=r1&client_id=kube",
      authorization: `Basic ${Buffer.from("kube:s%3A1").toString("base64")}`,
    });
    expect(credentials.invalidate()).toBe(true);
    await credentials.current();
    expect(asked[1]?.body).toContain("refresh_token=r2");
    expect(rotated).toHaveLength(2);
  });

  test("says when one has to log in again", async () => {
    await expect(oidcCredentials(config(jwt(1), "")).current()).rejects.toThrow(
      /there is no refresh-token: log in again/,
    );
    answers.push({ code: 400, body: { error: "invalid_grant" } });
    const refused = oidcCredentials(config("", "r1")).current();
    await expect(refused).rejects.toThrow(/answered 400: invalid_grant. Log in again/);
  });
});

test.each([
  ["https://api.test", { HTTPS_PROXY: "proxy:3128" }, "http://proxy:3128"],
  ["http://api.test", { HTTPS_PROXY: "http://proxy" }, null],
  ["https://127.0.0.1:6443", { https_proxy: "http://proxy" }, null],
  ["https://api.test", { HTTPS_PROXY: "http://proxy", NO_PROXY: "x, .test" }, null],
  ["https://api.test", { HTTPS_PROXY: "http://proxy", NO_PROXY: "api.test:444" }, "http://proxy"],
  ["https://api.test", { HTTPS_PROXY: "http://proxy", NO_PROXY: "pi.test" }, "http://proxy"],
  ["https://10.1.2.3", { HTTPS_PROXY: "http://proxy", NO_PROXY: "10.0.0.0/8" }, null],
  ["https://11.1.2.3", { HTTPS_PROXY: "http://proxy", NO_PROXY: "10.0.0.0/8" }, "http://proxy"],
  ["https://api.test", { HTTPS_PROXY: "http://proxy", NO_PROXY: "*" }, null],
])("the proxy for %s with %o is %s", (server, env, proxy) => {
  expect(proxyFromEnvironment(server, env)).toBe(proxy);
});

import { createServer, type Server } from "node:http";
import { connect as dial, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFakeKubeApi, type FakeKubeApi } from "@gennaker/testkit/fakes/kube-api/start.ts";
import { createKubeClient } from "../client.ts";
import type { KubeConnection } from "../config/connection.ts";
import { renewingCredentials } from "../config/renewing.ts";
import { bearer, staticCredentials } from "../config/static-credentials.ts";
import { connectionTo } from "../testing/fake-cluster.ts";

describe("connections", () => {
  let api: FakeKubeApi;
  const versionOf = async (connection: KubeConnection) => {
    const client = createKubeClient(connection, { retries: 0 });
    try {
      return (await client.version())["gitVersion"];
    } finally {
      await client.close();
    }
  };

  beforeEach(async () => {
    api = await startFakeKubeApi({ tls: true });
  });
  afterEach(() => api.close());

  test("trusts the cluster's own authority and nothing else", async () => {
    expect(await versionOf(connectionTo(api))).toBe("v1.34.4-fake");
    const untrusted = versionOf({ ...connectionTo(api), ca: null });
    await expect(untrusted).rejects.toMatchObject({ reason: "BadCertificate", retryable: false });
    expect(await versionOf({ ...connectionTo(api), ca: null, insecureSkipTlsVerify: true })).toBe("v1.34.4-fake");
  });

  test("checks the name that tls-server-name gives", async () => {
    expect(await versionOf({ ...connectionTo(api), tlsServerName: "kube.test" })).toBe("v1.34.4-fake");
    await expect(versionOf({ ...connectionTo(api), tlsServerName: "other.test" })).rejects.toMatchObject({ code: 0 });
  });

  test("logs in by certificate, and takes a new one into use", async () => {
    const names = ["jane", "joan"];
    const certificates = names.map((commonName) => api.authority?.issue({ commonName }) ?? { cert: "", key: "" });
    const credentials = renewingCredentials("test", async () => {
      const certificate = certificates.shift();
      return { material: { headers: {}, ...(certificate ? { certificate } : {}) }, expiresAt: null };
    });
    const client = createKubeClient({ ...connectionTo(api), credentials });
    await client.version();
    credentials.invalidate();
    await client.version();
    expect(api.requests.map(({ user }) => user)).toEqual(names);
    await client.close();
  });

  test("asks for new credentials once when the old ones are refused", async () => {
    let asked = 0;
    const credentials = renewingCredentials("test", async () => {
      asked += 1;
      return { material: bearer(`token-${asked}`), expiresAt: null };
    });
    api.tokens.set("token-1", "jane");
    const client = createKubeClient({ ...connectionTo(api), credentials });
    await client.version();
    api.tokens.delete("token-1");
    api.tokens.set("token-2", "jane");
    await client.version();
    expect(asked).toBe(2);
    api.tokens.clear();
    await expect(client.version()).rejects.toMatchObject({ code: 401, reason: "Unauthorized" });
    expect(asked).toBe(3);
    await client.close();
  });

  test("impersonates", async () => {
    const impersonate = { user: "jane", groups: ["dev", "ops"], extra: { "Team/Name": ["a"] } };
    await versionOf({ ...connectionTo(api), impersonate });
    expect(api.requests[0]?.user).toBe("jane");
    expect(api.requests[0]?.headers).toMatchObject({
      "impersonate-group": "dev, ops",
      "impersonate-extra-team%2fname": "a",
    });
  });

  test("goes through a proxy, which sees only a tunnel", async () => {
    const tunnels: string[] = [];
    const sockets = new Set<Socket>();
    const proxy: Server = createServer();
    proxy.on("connect", (request, socket: Socket) => {
      tunnels.push(request.url ?? "");
      const far = dial(api.port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        far.pipe(socket).pipe(far);
      });
      for (const end of [far, socket]) {
        sockets.add(end);
        end.on("error", () => {});
      }
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    expect(await versionOf({ ...connectionTo(api), proxyUrl })).toBe("v1.34.4-fake");
    expect(tunnels).toEqual([`127.0.0.1:${api.port}`]);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
    await expect(versionOf({ ...connectionTo(api), proxyUrl: "gopher://x" })).rejects.toThrow(
      /Use http, https or socks5/,
    );
  });

  test("no credentials are a 401 with words", async () => {
    const connection = { ...connectionTo(api), credentials: staticCredentials("none", { headers: {} }) };
    await expect(versionOf(connection)).rejects.toThrow(/log in again or renew the token/);
  });
});

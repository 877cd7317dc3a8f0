import { describe, expect, test } from "vitest";
import { ConfigError, resolveConfig } from "./config.ts";
import { parseFlags } from "./flags.ts";

const nothing = { flags: {}, env: { HOME: "/home/a" }, file: {}, isRoot: false };

describe("configuration", () => {
  test("flags win over environment, environment over file, file over defaults", () => {
    const file = { port: 1, timezone: "Asia/Seoul", logLevel: "warn" };
    const env = { ...nothing.env, GENNAKER_PORT: "2", GENNAKER_TIMEZONE: "Europe/Paris" };
    const { config, sources } = resolveConfig({ ...nothing, flags: { port: "3" }, env, file });
    expect(config).toMatchObject({ port: 3, timezone: "Europe/Paris", logLevel: "warn", host: "127.0.0.1" });
    expect(sources).toMatchObject({ port: "flag", timezone: "environment", logLevel: "file", host: "default" });
  });

  test("keeps data below the XDG directory, as root below /var/lib", () => {
    expect(resolveConfig(nothing).config.data).toBe("/home/a/.local/share/gennaker");
    expect(resolveConfig({ ...nothing, env: { XDG_DATA_HOME: "/x" } }).config.data).toBe("/x/gennaker");
    expect(resolveConfig({ ...nothing, isRoot: true }).config.data).toBe("/var/lib/gennaker");
  });

  test("takes DATABASE_URL", () => {
    expect(resolveConfig({ ...nothing, env: { DATABASE_URL: "postgres://h/d" } }).config.databaseUrl).toBe(
      "postgres://h/d",
    );
  });

  test.each([
    [{ flags: { port: "70000" } }, /--port is "70000"/],
    [{ flags: { host: "0.0.0.0" } }, /until authentication is configured/],
    [{ env: { GENNAKER_ROLE: "api,king" } }, /GENNAKER_ROLE/],
    [{ file: { prot: 1 } }, /unknown setting "prot"/],
    [{ file: { trustedProxies: ["10.0.0.0/8", "everybody"] } }, /trustedProxies.*expected addresses or networks/],
    [{ file: { trustedProxies: ["10.0.0.0/33"] } }, /trustedProxies/],
    [{ file: { tls: { cert: "a.pem" } } }, /tls.*cert and key belong together/],
    [{ file: { tls: { clientCa: "a.pem" } } }, /tls.*clientCa needs cert and key/],
    [{ file: { timezone: "Mars/One" } }, /gennaker.yaml: timezone/],
    [
      { file: { outgoing: { policies: { webhook: { allow: ["a b"] } } } } },
      /outgoing\.policies\.webhook\.allow\.0 .*neither a host/,
    ],
    [
      { file: { secrets: { sources: { env: { type: "vault", address: "https://v" } } } } },
      /secrets\.sources .*built in/,
    ],
  ])("refuses %j and says where", (part, message) => {
    expect(() => resolveConfig({ ...nothing, ...part } as never)).toThrow(message);
  });
});

describe("flags", () => {
  test("reads both spellings", () => {
    expect(parseFlags(["--port", "1", "--data=/d", "--config", "c.yaml"])).toEqual({
      flags: { port: "1", data: "/d" },
      configFile: "c.yaml",
    });
  });

  test.each([[["--nope"]], [["--port"]], [["serve"]]])("refuses %j", (args) => {
    expect(() => parseFlags(args)).toThrow(ConfigError);
  });
});

test("other addresses than loopback are served only where people log in", () => {
  const host = { host: "0.0.0.0" };
  for (const access of [undefined, {}, { local: false }, { defaultRoles: ["viewer"] }, { local: "true" }]) {
    const file = access === undefined ? host : { ...host, access };
    expect(() => resolveConfig({ ...nothing, file })).toThrow(
      "only loopback addresses are served until authentication",
    );
  }
  for (const access of [{ local: true }, { oidc: { issuer: "https://id.example" } }])
    expect(resolveConfig({ ...nothing, file: { ...host, access } }).config.host).toBe("0.0.0.0");
});

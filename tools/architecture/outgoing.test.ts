import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readSources } from "./read-imports.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const isTest = (path: string) => /\.test\.tsx?$|\/fixtures\/|\/testing\/|contract-suite/.test(path);

/** Modules with which a connection can be made. */
const network =
  "undici|node:http|node:https|node:http2|node:net|node:tls|node:dgram|node:dns|node:dns/promises|ldapts|openid-client";

/** Who may make connections of its own, and why that is no way around `platform/outgoing`. */
const allowed: Readonly<Record<string, string>> = {
  "apps/server/src/platform/outgoing/": "the guarded client itself",
  "apps/server/src/providers/hosts/processes/port-pool.ts": "listens, to find a free port",
  "apps/server/src/providers/hosts/health/prober.ts": "asks instances on this machine that Gennaker started",
  "apps/server/src/observe/scraper/fetch-exposition.ts": "asks instances and the gateway that the inventory knows",
  "apps/server/src/access/ldap/connection.ts":
    "LDAP is not HTTP; the operator names the directory in the configuration",
  "apps/server/src/access/oidc/create-oidc.ts": "the library gets the guarded client as its fetch",
  "apps/server/src/access/guard/certificates.ts": "looks at the connection that a request came over",
  "apps/server/src/compose/tls.ts": "listens",
  "apps/server/src/deliver/stages/webhook/http-names.ts": "names of status codes",
  "packages/client/": "the client of the own API: runs in command line and browser",
  "packages/embedded-postgres/": "sockets of the embedded database",
  "packages/gateway-config/src/client.ts": "the gateway's Unix socket",
  "packages/kube-client/": "clusters that the operator named, with their own certificates",
  "packages/testkit/": "tests",
};

/** Lines that could make a connection: imports of values, and the global `fetch` and its like. */
function connecting(source: string): string[] {
  const imports = new RegExp(
    `^import (?!type\\b)[^;]*?from "(?:${network})"|\\b(?:import|load|require)\\("(?:${network})"\\)`,
    "gm",
  );
  // A file that makes or is given a `fetch` of its own does not call the global one by that name.
  const own = /\bfunction fetch\(|\bfetch: \w|\bconst fetch =|\{[^{}]*\bfetch\b[^{}]*\}(?::| =)/.test(source);
  const called = own ? "globalThis\\." : "(?:\\bawait |= |=> |return |\\(|globalThis\\.)";
  const globals = new RegExp(`${called}fetch\\(|new (?:WebSocket|EventSource|XMLHttpRequest)\\(`, "g");
  const types = (line: string) => !/^import \{(?:\s*type [^,}]+,?)+\s*\} from/.test(line);
  return [...(source.match(imports) ?? []).filter(types), ...(source.match(globals) ?? [])];
}

const found = readSources(root).flatMap(({ path }) => {
  if (!/^(apps\/server\/src|packages\/[^/]+\/src)\//.test(path) || isTest(path)) return [];
  return connecting(readFileSync(join(root, path), "utf8")).map((line) => ({ path, line }));
});

test("whatever the server calls, it calls through the guarded client", () => {
  const known = Object.keys(allowed);
  const others = found.filter(({ path }) => !known.some((start) => path.startsWith(start)));
  expect(others.map(({ path, line }) => `${path}: ${line}`)).toEqual([]);
});

test("nobody is allowed who makes no connections any more", () => {
  const unused = Object.keys(allowed).filter((start) => !found.some(({ path }) => path.startsWith(start)));
  expect(unused.filter((start) => start !== "packages/testkit/")).toEqual([]);
});

test("what makes connections is seen", () => {
  for (const source of [
    'import { request } from "undici";',
    'import http from "node:http";',
    'import {\n  connect,\n} from "node:tls";',
    'const x = await import("undici");',
    'const undici = (): typeof Library => load("undici") as typeof Library;',
    "const answer = await fetch(url);",
    "return fetch(`${base}/x`, {});",
    "new WebSocket(url)",
  ])
    expect([source, connecting(source).length]).toEqual([source, 1]);
  for (const source of [
    'import type { Socket } from "node:net";',
    "async fetch(url) {",
    "const { fetch } = artifacts;",
    "artifacts.fetch(x)",
  ])
    expect([source, connecting(source)]).toEqual([source, []]);
});

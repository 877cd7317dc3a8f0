import { parseReference } from "@gennaker/pipeline-model/secrets/reference.ts";
import type { SecretReference } from "@gennaker/pipeline-model/secrets/reference.ts";
import { expect, test } from "vitest";
import { mayRefer, mayUse } from "./scope.ts";
import { secretsSchema } from "./settings.ts";

const use = (host: string, application: string | null = "shop") => ({ from: "pipeline" as const, application, host });

test.each<[string[], string[], string, string | null, boolean]>([
  [["shop"], ["ci.example"], "ci.example", "shop", true],
  [["shop"], ["ci.example"], "ci.example:8443", "Shop", true],
  [["shop"], ["ci.example:8443"], "ci.example", "shop", false],
  [["shop"], ["*.example"], "ci.example", "shop", true],
  [["shop"], ["*.example"], "evilexample", "shop", false],
  [["shop"], ["*"], "anywhere", "shop", true],
  [["shop"], ["*"], "anywhere", "other", false],
  [["shop"], ["*"], "anywhere", null, false],
  [["*"], ["*"], "anywhere", null, true],
  [["*"], [], "anywhere", "shop", false],
  [[], ["*"], "anywhere", "shop", false],
])("for %j and %j: to %s by %s is %s", (applications, hosts, host, application, allowed) => {
  expect(mayUse({ applications, hosts }, use(host, application))).toBe(allowed);
});

const { pipelines } = secretsSchema.parse({
  pipelines: [{ secrets: ["env/PUBLIC_*", "vault/kv/apps/{application}/*"], hosts: ["ci.example"] }],
});
test.each<[string, string | null, boolean]>([
  ["secret://env/PUBLIC_TOKEN", "shop", true],
  ["secret://env/PUBLIC_TOKEN", null, true],
  ["secret://env/DATABASE_URL", "shop", false],
  ["secret://env/XPUBLIC_", "shop", false],
  ["secret://vault/kv/apps/shop/db#password", "shop", true],
  ["secret://vault/kv/apps/other/db#password", "shop", false],
  ["secret://vault/kv/apps/shop/db#password", null, false],
  ["secret://vault/kv/apps/shop/%2E%2E/other/db#password", "shop", false],
  ["secret://vault/kv/apps/shop/../other#password", "shop", false],
])("%s by %s: %s", (text, application, allowed) => {
  expect(mayRefer(pipelines, parseReference(text) as SecretReference, use("ci.example", application))).toBe(allowed);
  expect(mayRefer(pipelines, parseReference(text) as SecretReference, use("evil.example", application))).toBe(false);
});

test.each([
  { sources: { env: { type: "vault", address: "https://v" } } },
  { sources: { v: { type: "vault", address: "https://user:pw@v" } } },
  { sources: { v: { type: "vault", address: "https://v", token: "secret://v/a#b" } } },
  { pipelines: [{ secrets: ["env/*"] }] },
  { keyfile: "x" },
])("%j is refused", (section) => {
  expect(secretsSchema.safeParse(section).success).toBe(false);
});

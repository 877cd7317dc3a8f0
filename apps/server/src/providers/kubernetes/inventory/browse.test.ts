import { expect, it } from "vitest";
import { withoutSecrets } from "./browse.ts";

const copy = { kind: "Secret", data: { password: "aHVudGVyMg==" }, stringData: { token: "plain" } };
const secret = (annotation: string) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "s", annotations: { "kubectl.kubernetes.io/last-applied-configuration": annotation } },
  data: { password: "aHVudGVyMg==" },
});

it("a Secret shows its keys and never its values, also in the copy on it", () => {
  const shown = JSON.stringify(withoutSecrets(secret(JSON.stringify(copy))));
  expect(shown).not.toMatch(/aHVudGVyMg|plain/);
  expect(shown.match(/password/g)).toHaveLength(2);
  expect(shown).toContain("token");
});

it("a copy that cannot be read is left out whole", () => {
  expect(JSON.stringify(withoutSecrets(secret('{"data":{"password":"aHVudGVyMg==')))).not.toContain("aHVudGVyMg");
});

it("other kinds stay as they are", () => {
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data: { a: "1" } };
  expect(withoutSecrets(map)).toBe(map);
});

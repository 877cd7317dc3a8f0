import { expect, test } from "vitest";
import { parseIp } from "./ip.ts";
import type { Ip } from "./ip.ts";
import { parseRule, refuseAddress, refuseName } from "./policy.ts";
import { outgoingSchema, policyFor } from "./settings.ts";

const policy = (lists: { only?: string[]; deny?: string[]; allow?: string[] }, local = false) => ({
  only: (lists.only ?? []).map(parseRule),
  deny: (lists.deny ?? []).map(parseRule),
  allow: (lists.allow ?? []).map(parseRule),
  local,
});
type Lists = Parameters<typeof policy>[0];
const may = (lists: Lists, host: string, address: string, local = false) =>
  refuseName(policy(lists, local), host) === null &&
  refuseAddress(policy(lists, local), host, parseIp(address) as Ip) === null;

test.each<[Lists, string, string, boolean]>([
  [{}, "example.com", "93.184.216.34", true],
  [{}, "example.com", "10.0.0.1", false],
  [{}, "localhost", "127.0.0.1", false],
  [{ allow: ["10.0.0.0/8"] }, "ci.corp", "10.0.0.1", true],
  [{ allow: ["10.0.0.0/8"] }, "ci.corp", "::ffff:10.0.0.1", true],
  [{ allow: ["10.0.0.0/8"] }, "ci.corp", "192.168.0.1", false],
  [{ allow: ["ci.corp"] }, "CI.corp.", "10.0.0.1", true],
  [{ allow: ["*.corp"] }, "a.b.corp", "10.0.0.1", true],
  [{ allow: ["*.corp"] }, "corp", "10.0.0.1", false],
  [{ allow: ["*.corp"] }, "evilcorp", "10.0.0.1", false],
  [{ allow: ["169.254.0.0/16"] }, "x", "169.254.169.254", false],
  [{ allow: ["metadata.google.internal"] }, "metadata.google.internal", "93.184.216.34", false],
  [{}, "Metadata.Google.Internal.", "93.184.216.34", false],
  [{ deny: ["example.com"] }, "example.com", "93.184.216.34", false],
  [{ deny: ["93.184.0.0/16"] }, "example.com", "93.184.216.34", false],
  [{ deny: ["*.example.com"], allow: ["a.example.com"] }, "a.example.com", "10.0.0.1", false],
  [{ only: ["example.com"] }, "example.com", "93.184.216.34", true],
  [{ only: ["example.com"] }, "example.org", "93.184.216.34", false],
  [{ only: ["10.0.0.0/8"] }, "ci.corp", "10.0.0.1", true],
  [{ only: ["10.0.0.0/8"] }, "example.com", "93.184.216.34", false],
])("%j lets %s at %s be called: %s", (lists, host, address, wanted) => {
  expect(may(lists, host, address)).toBe(wanted);
});

test("where local addresses are allowed they are called, metadata services never", () => {
  expect(may({}, "localhost", "127.0.0.1", true)).toBe(true);
  expect(may({}, "x", "169.254.169.254", true)).toBe(false);
  expect(may({}, "x", "0.0.0.0", true)).toBe(false);
});

test.each(["", "http://x", "a b", "10.0.0", "*", "*.", "a/b"])("%j is no rule", (text) => {
  expect(() => parseRule(text)).toThrow(/neither a host/);
});

test("a purpose adds to the default lists; its own `only` takes the place of the default one", () => {
  const settings = outgoingSchema.parse({
    policies: {
      default: { only: ["a.example"], deny: ["b.example"] },
      webhook: { only: ["c.example"], deny: ["d.example"] },
    },
  });
  const webhook = policyFor(settings, "webhook", false);
  expect(webhook.only).toEqual([{ host: "c.example" }]);
  expect(webhook.deny).toHaveLength(2);
  expect(policyFor(settings, "oidc", false)).toMatchObject({
    only: [{ host: "a.example" }],
    deny: [{ host: "b.example" }],
  });
});

test.each([
  { polices: {} },
  { policies: { web: {} } },
  { policies: { webhook: { allow: ["x y"] } } },
  { proxy: "http://x" },
])("%j is refused", (section) => {
  expect(outgoingSchema.safeParse(section).success).toBe(false);
});

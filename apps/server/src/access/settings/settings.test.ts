import { expect, test } from "vitest";
import { isOn, readAccessSettings } from "./api.ts";

test("nothing said means that nobody logs in; one way to log in switches it on", () => {
  expect(isOn(readAccessSettings({}))).toBe(false);
  expect(isOn(readAccessSettings({ local: true }))).toBe(true);
  const oidc = { issuer: "https://id.example", clientId: "g" };
  expect(readAccessSettings({ oidc })).toMatchObject({
    defaultRoles: ["viewer"],
    oidc: { groupsClaim: "groups", clockSkewSeconds: 30 },
  });
});

test("lists of accounts are read as Spinnaker writes them", () => {
  const { accounts } = readAccessSettings({ accounts: { prod: { WRITE: ["ops"] }, test: {} } });
  expect(accounts).toEqual({ prod: { READ: [], WRITE: ["ops"], EXECUTE: [] }, test: null });
});

test.each([
  [{ locla: true }, "access"],
  [{ oidc: { issuer: "no address", clientId: "g" } }, "access.oidc.issuer"],
  [{ roles: [{ name: "r", grants: [{ verbs: ["fly"], resources: ["x"] }] }] }, "access.roles.0.grants.0.verbs.0"],
  [{ roles: [{ name: "Admin", grants: [] }] }, "built in"],
  [{ roles: [{ name: "r", grants: [{ verbs: ["read"], resources: ["planet/x"] }] }] }, "names no resource"],
  [{ session: { idleMinutes: 0 } }, "access.session.idleMinutes"],
])("%j is refused with its place", (value, place) => {
  expect(() => readAccessSettings(value)).toThrow(place);
});

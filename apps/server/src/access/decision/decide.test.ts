import type { Resource, Verb } from "@gennaker/contract/permission.ts";
import { resourceKinds, verbs } from "@gennaker/contract/permission.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Grant, Role, Subject } from "./api.ts";
import { compilePolicy, readRestriction } from "./compile-policy.ts";
import { decide, mayName } from "./decide.ts";
import { readScope } from "./scopes.ts";

const grant = (effect: Grant["effect"], on: Grant["verbs"], ...resources: string[]): Grant => ({
  effect,
  verbs: on,
  resources,
});
const role = (name: string, ...grants: Grant[]): Role => ({ name, description: "", grants });
const restriction = (READ: string[], WRITE: string[] = [], EXECUTE: string[] = []) => ({ READ, WRITE, EXECUTE });

const policy = compilePolicy({
  version: "1",
  roles: [
    role("Team-A", grant("allow", ["read", "execute"], "application/a-*", "application/shop")),
    role("deployers", grant("allow", ["write"], "environment/Production")),
    role("careful", grant("deny", ["write", "execute"], "account/prod-eu", "application/a-frozen")),
  ],
  applications: new Map([
    ["Secret", restriction(["Team-S"], ["team-s-leads"])],
    ["runonly", restriction([], [], ["runners"])],
  ]),
  accounts: new Map([["vault", restriction([], ["keepers"])]]),
  environments: new Map([["production", ["prod-eu", "prod-us*"]]]),
});
const subject = (roles: string[], more: Partial<Subject> = {}): Subject => ({
  user: "kim",
  roles,
  scopes: null,
  breakGlass: null,
  ...more,
});
const named = (kind: Resource["kind"], name: string | null): Resource => ({ kind, name });

describe("roles", () => {
  test.each<[string, string[], Verb, Resource, boolean]>([
    ["nobody may anything", [], "read", named("application", "shop"), false],
    ["a pattern", ["team-a"], "execute", named("application", "A-Store"), true],
    ["a name", ["team-a"], "read", named("application", "SHOP"), true],
    ["not another verb", ["team-a"], "write", named("application", "shop"), false],
    ["not another name", ["team-a"], "read", named("application", "b-store"), false],
    ["not the kind as a whole", ["team-a"], "read", named("application", null), false],
    ["an environment's accounts", ["deployers"], "write", named("account", "prod-us-2"), true],
    ["not those of others", ["deployers"], "write", named("account", "test"), false],
    ["deny wins", ["deployers", "careful"], "write", named("account", "prod-eu"), false],
    ["and for administrators", ["admin", "careful"], "write", named("account", "prod-eu"), false],
    ["administrators may", ["admin"], "administer", named("access", null), true],
    ["operators may not change roles", ["operator"], "administer", named("access", null), false],
    ["operators run", ["operator"], "judge", named("application", "new"), true],
    ["viewers do not", ["viewer"], "execute", named("application", "new"), false],
    ["viewers see no audit", ["viewer"], "read", named("audit", null), false],
    ["auditors do", ["auditor"], "read", named("audit", null), true],
    ["an unknown role gives nothing", ["ghost"], "read", named("shared", null), false],
  ])("%s", (_name, roles, verb, resource, allowed) => {
    const decision = decide(subject(roles), verb, resource, policy);
    expect(decision.allowed).toBe(allowed);
    expect(decision.because[0]?.text).not.toBe("");
  });
});

describe("an application's own list", () => {
  test.each<[string, string[], Verb, boolean]>([
    ["those on it read", ["team-s"], "read", true],
    ["may run where nothing is said about running", ["team-s"], "execute", true],
    ["may not write", ["team-s"], "write", false],
    ["operators are not on it", ["operator"], "read", false],
    ["administrators need not be", ["admin"], "write", true],
  ])("%s", (_name, roles, verb, allowed) => {
    expect(decide(subject(roles), verb, named("application", "secret"), policy).allowed).toBe(allowed);
  });
  test("an empty list for a verb is for nobody once there is any list", () => {
    expect(decide(subject(["runners"]), "read", named("application", "runonly"), policy).allowed).toBe(false);
    expect(decide(subject(["runners"]), "execute", named("application", "runonly"), policy).allowed).toBe(true);
    expect(decide(subject(["operator"]), "read", named("account", "vault"), policy).allowed).toBe(false);
  });
  test("is read in any case and shape, and restricts only where it names somebody", () => {
    expect(readRestriction({ read: ["a"], WRITE: [], x: 1 })).toEqual(restriction(["a"]));
    for (const none of [null, undefined, "x", [], {}, { READ: [] }, { READ: "a" }, { READ: [null, ""] }])
      expect(readRestriction(none)).toBeNull();
  });
});

describe("tokens and emergencies", () => {
  test("scopes are a limit, never a gift", () => {
    const scopes = [readScope("execute:application/shop-*"), readScope("read")];
    const shop = (roles: string[], verb: Verb, name: string | null) =>
      decide(subject(roles, { scopes }), verb, named("application", name), policy).allowed;
    expect(shop(["operator"], "execute", "shop-api")).toBe(true);
    expect(shop(["operator"], "execute", "other")).toBe(false);
    expect(shop(["operator"], "write", "shop-api")).toBe(false);
    expect(shop(["viewer"], "execute", "shop-api")).toBe(false);
    expect(shop(["admin"], "execute", null)).toBe(false);
    for (const bad of ["", "fly", "read:nothing", "execute:application/", "read:application:x/"])
      expect(() => readScope(bad)).toThrow("is no scope");
  });
  test("emergency access opens everything but people and roles, until its time", () => {
    const glass = subject([], { breakGlass: { until: new Date(1_000), reason: "fire" } });
    const at = (ms: number, resource: Resource) => decide(glass, "write", resource, policy, new Date(ms));
    expect(at(999, named("application", "secret"))).toMatchObject({ allowed: true, because: [{ rule: "breakGlass" }] });
    expect(at(1_000, named("application", "secret")).allowed).toBe(false);
    expect(at(999, named("access", null)).allowed).toBe(false);
  });
});

test("the prepared question gives the same answers as the single one", () => {
  const name = fc.constantFrom("shop", "a-x", "A-Frozen", "secret", "runonly", "prod-eu", "prod-us1", "vault", "zzz");
  const roles = fc.subarray([
    "team-a",
    "deployers",
    "careful",
    "admin",
    "operator",
    "viewer",
    "auditor",
    "team-s",
    "keepers",
  ]);
  const scopes = fc.option(
    fc.subarray(["read", "*:application/a-*", "write:account", "execute"]).map((list) => list.map(readScope)),
  );
  const glass = fc.option(fc.constant({ until: new Date(2_000), reason: "r" }));
  fc.assert(
    fc.property(
      fc.record({ roles, scopes, breakGlass: glass }),
      fc.constantFrom(...verbs),
      fc.constantFrom(...resourceKinds),
      name,
      (who, verb, kind, resource) => {
        const asked = subject([], who);
        const now = new Date(1_000);
        expect(mayName(asked, verb, kind, policy, now)(resource)).toBe(
          decide(asked, verb, { kind, name: resource }, policy, now).allowed,
        );
      },
    ),
    { numRuns: 500 },
  );
});

test("patterns with many stars are answered at once, and hostile names mean only themselves", () => {
  const stars = compilePolicy({
    version: "1",
    roles: [role("r", grant("allow", ["read"], `application/${"*a".repeat(8)}*b`, "application/a.c"))],
    applications: new Map(),
    accounts: new Map(),
    environments: new Map(),
  });
  const may = mayName(subject(["r"]), "read", "application", stars);
  expect(may("a".repeat(60))).toBe(false);
  expect(may("abc")).toBe(false);
  expect(may("a.c")).toBe(true);
  expect(() =>
    compilePolicy({
      version: "1",
      roles: [role("r", grant("allow", ["read"], "planet/x"))],
      applications: new Map(),
      accounts: new Map(),
      environments: new Map(),
    }),
  ).toThrow("names no resource");
});

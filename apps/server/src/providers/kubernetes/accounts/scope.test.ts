import { describe, expect, it } from "vitest";
import { kubernetesSchema } from "../settings.ts";
import { checkScope, checkWritable, seesKind, seesNamespace } from "./scope.ts";

function account(fields: Record<string, unknown>) {
  const [only] = kubernetesSchema.parse({ accounts: [{ name: "prod", ...fields }] }).accounts;
  if (only === undefined) throw new Error("no account");
  return only;
}

describe("what an account sees", () => {
  it("is everything unless it says otherwise", () => {
    const all = account({});
    expect(seesNamespace(all, "any")).toBe(true);
    expect(seesKind(all, { kind: "Secret", group: "" })).toBe(true);
    expect(() => checkWritable(all)).not.toThrow();
    expect(all.lease).toEqual({ namespace: "default", name: "gennaker" });
  });

  it("is what it names, or all but what it leaves out", () => {
    const named = account({ namespaces: ["a"], kinds: ["deployment", "CronTab.stable.example.com"] });
    expect([seesNamespace(named, "a"), seesNamespace(named, "b")]).toEqual([true, false]);
    expect(seesKind(named, { kind: "Deployment", group: "apps" })).toBe(true);
    expect(seesKind(named, { kind: "CronTab", group: "stable.example.com" })).toBe(true);
    expect(seesKind(named, { kind: "Secret", group: "" })).toBe(false);
    const left = account({ omitNamespaces: ["kube-system"], omitKinds: ["secret"] });
    expect([seesNamespace(left, "a"), seesNamespace(left, "kube-system")]).toEqual([true, false]);
    expect(() => checkScope(left, { kind: "Secret", group: "" }, "a")).toThrow("without the kind Secret");
    expect(() => checkScope(left, { kind: "Pod", group: "" }, "kube-system")).toThrow("without the namespace");
    expect(() => checkScope(left, { kind: "Node", group: "" }, null)).not.toThrow();
  });

  it("is not changed where it is read-only", () => {
    expect(() => checkWritable(account({ readOnly: true }))).toThrow("read-only");
  });
});

describe("the configuration", () => {
  const problem = (accounts: unknown[]) => {
    const read = kubernetesSchema.safeParse({ accounts });
    return read.success ? null : [read.error.issues[0]?.path.join("."), read.error.issues[0]?.message];
  };

  it("keeps fields of other tools and points at what cannot be", () => {
    expect(problem([{ name: "a", cacheThreads: 4, lease: false }])).toBeNull();
    expect(problem([{ name: "a" }, { name: "a" }])?.[0]).toBe("accounts.1.name");
    expect(problem([{ name: "a", namespaces: ["x"], omitNamespaces: ["y"] }])?.[0]).toBe("accounts.0.omitNamespaces");
    expect(problem([{ name: "a", kinds: ["x"], omitKinds: ["y"] }])?.[0]).toBe("accounts.0.omitKinds");
    expect(problem([{ name: "a b" }])?.[0]).toBe("accounts.0.name");
    expect(problem([{ name: "a", lease: { nmae: "x" } }])).not.toBeNull();
  });
});

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, test } from "vitest";
import { customKinds } from "./argocd/custom.ts";
import { argocdKinds } from "./argocd/kinds.ts";
import { rules } from "./gennaker/judge.ts";
import { health, healthModes, verdict } from "./health.ts";
import type { HealthMode } from "./health.ts";
import { kstatusKinds } from "./kstatus/kinds.ts";

const spellings: Readonly<Record<HealthMode, ReadonlySet<string | null>>> = {
  gennaker: new Set(["stable", "progressing", "failed", "paused", null]),
  spinnaker: new Set(["stable", "unstable", "failed", "paused", null]),
  argocd: new Set(["Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown", null]),
  kstatus: new Set(["Current", "InProgress", "Failed", "Terminating", "NotFound", null]),
};

function judgedByAll(manifest: unknown, related: unknown[]): void {
  for (const mode of healthModes) {
    const { status, message } = health(manifest, { mode, related, now: 0 });
    if (!spellings[mode].has(status) || typeof message !== "string") throw new Error(`${mode}: ${status} ${message}`);
  }
  const silent = verdict(manifest, { related, now: 0 }).signs.find((sign) => sign.message === "");
  if (silent !== undefined) throw new Error(`the sign ${silent.code} has no words`);
}

const kinds = [...new Set([...argocdKinds.keys(), ...kstatusKinds.keys(), ...rules.keys(), ...customKinds])];
const identity = fc.constantFrom(...kinds).map((key) => {
  const parts = key.split("/");
  const [group, kind] = parts.length === 1 ? ["", parts[0]] : parts;
  return {
    apiVersion: group === "" ? "v1" : `${group?.replace("*.", "sub.")}/v1`,
    kind: kind === "*" ? "ProviderConfig" : kind,
  };
});

test("any JSON under any kind's name is judged without an error, in every mode", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const manifest = fc.record({ metadata: json, spec: json, status: json }, { requiredKeys: [] });
  fc.assert(
    fc.property(identity, manifest, fc.array(json, { maxLength: 3 }), (one, fields, related) => {
      judgedByAll({ ...one, ...fields }, related as unknown[]);
    }),
    { numRuns: 300 },
  );
});

test("any JSON at all", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => judgedByAll(value, [value])));
});

describe("real objects with one field broken", () => {
  const lines = ["builtin.jsonl", "custom-resources.jsonl"].flatMap((name) =>
    readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8")
      .split("\n")
      .filter((line) => line !== ""),
  );
  const manifests = lines.map((line) => (JSON.parse(line) as { manifest: unknown }).manifest);
  const values = fc.constantFrom<unknown>(null, "", "text", -1, 1.5, 1e308, true, [], [null], {}, [[[]]], { type: 7 });

  test("is judged without an error, and so are its neighbours", () => {
    fc.assert(
      fc.property(fc.constantFrom(...manifests), fc.nat(), values, (manifest, place, value) => {
        const broken = withField(manifest, place, value);
        judgedByAll(broken, [broken, manifest]);
      }),
      { numRuns: 500 },
    );
  });
});

/** A copy in which the `place`-th field, counted over the whole tree, has another value. */
function withField(manifest: unknown, place: number, value: unknown): unknown {
  const copy = structuredClone(manifest);
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (node === null || typeof node !== "object") return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  const found = places[place % Math.max(1, places.length)];
  if (found !== undefined) found[0][found[1]] = value;
  return copy;
}

test("very deep and very wide objects", () => {
  const nested = (levels: number): unknown => JSON.parse(`${'{"a":['.repeat(levels)}1${"]}".repeat(levels)}`);
  const conditions = Array.from({ length: 20_000 }, (_, index) => ({ type: `T${index}`, status: "True" }));
  for (const [apiVersion, kind] of [
    ["v1", "Pod"],
    ["apps/v1", "Deployment"],
    ["example.com/v1", "Widget"],
    ["cert-manager.io/v1", "Certificate"],
  ]) {
    judgedByAll({ apiVersion, kind, metadata: nested(5000), spec: nested(5000), status: nested(5000) }, [nested(5000)]);
    judgedByAll({ apiVersion, kind, status: { conditions } }, []);
  }
});

test("names from a prototype are no fields", () => {
  const status = {
    phase: "constructor",
    state: "__proto__",
    health: "toString",
    conditions: [{ type: "constructor", reason: "valueOf" }],
  };
  for (const key of kinds)
    judgedByAll(
      { apiVersion: key.includes("/") ? `${key.split("/")[0]}/v1` : "v1", kind: key.split("/").at(-1), status },
      [],
    );
});

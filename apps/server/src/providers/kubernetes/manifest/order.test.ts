import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { kindOf, rulesOfKind } from "./kinds.ts";
import { inDeployOrder } from "./order.ts";

const apiVersions: Record<string, string> = {
  Deployment: "apps/v1",
  Widget: "example.com/v1",
  Role: "rbac.authorization.k8s.io/v1",
};
const kinds = [
  "Namespace",
  "Role",
  "ServiceAccount",
  "ConfigMap",
  "Service",
  "Deployment",
  "Pod",
  "HorizontalPodAutoscaler",
  "Widget",
];
const manifest = (kind: string, name: string): JsonObject => ({
  apiVersion: apiVersions[kind] ?? "v1",
  kind,
  metadata: { name },
});

test("what others need goes first: namespaces, roles, accounts, data, services, workloads, autoscalers, custom resources", () => {
  const shuffled = [
    "Widget",
    "HorizontalPodAutoscaler",
    "Deployment",
    "Service",
    "ConfigMap",
    "ServiceAccount",
    "Role",
    "Namespace",
  ];
  expect(inDeployOrder(shuffled.map((kind) => manifest(kind, "x"))).map((item) => item["kind"])).toEqual(
    shuffled.toReversed(),
  );
});

test("the order is by priority, keeps what is equal in place, loses nothing and is the same the second time", () => {
  const lists = fc.array(fc.constantFrom(...kinds), { maxLength: 30 });
  fc.assert(
    fc.property(lists, (given) => {
      const input = given.map((kind, index) => manifest(kind, String(index)));
      const sorted = inDeployOrder(input);
      expect(inDeployOrder(sorted)).toEqual(sorted);
      expect(new Set(sorted)).toEqual(new Set(input));
      for (const [index, item] of sorted.entries()) {
        const next = sorted[index + 1];
        if (next === undefined) continue;
        const [a, b] = [item, next].map((each) => rulesOfKind(kindOf(each)).priority ?? 0);
        expect(a).toBeLessThanOrEqual(b ?? 0);
        if (a === b) expect(input.indexOf(item)).toBeLessThan(input.indexOf(next));
      }
    }),
    { numRuns: 80 },
  );
});

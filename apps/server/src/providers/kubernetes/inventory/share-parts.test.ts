import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { expect, it } from "vitest";
import { pod, replicaSet } from "../testing/objects.ts";
import { shareParts } from "./share-parts.ts";

const spec = (object: KubeObject) => object["spec"] as Record<string, Record<string, Record<string, unknown>>>;

it("equal parts of different objects become one, and nothing else changes", () => {
  const share = shareParts();
  const set = replicaSet("web");
  const [first, second] = [share(pod("a", set)), share(pod("b", set))];
  expect(first).toEqual(pod("a", set));
  expect(second).toEqual(pod("b", set));
  expect(spec(second)["containers"]).toBe(spec(first)["containers"]);
  expect(second.metadata.ownerReferences).toBe(first.metadata.ownerReferences);
  const [one, two] = [share(replicaSet("one")), share(replicaSet("two"))];
  expect(one).toEqual(replicaSet("one"));
  expect(spec(two)["template"]?.["spec"]?.["containers"]).toBe(spec(one)["template"]?.["spec"]?.["containers"]);
});

it("forgets when it holds too much, and goes on", () => {
  const share = shareParts(3);
  const set = replicaSet("web");
  for (let at = 0; at < 10; at += 1) expect(share(pod(`p${at}`, set))).toEqual(pod(`p${at}`, set));
});

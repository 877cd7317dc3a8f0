import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { clusterProblems, launchOf, readCluster } from "./cluster-document.ts";

const manifest = (more: JsonObject = {}): JsonObject => ({
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: { name: "ignored", annotations: { team: "a" } },
  spec: { template: { spec: { containers: [{ name: "main", image: "example.com/web" }] } } },
  ...more,
});
const cluster = (more: JsonObject = {}): JsonObject => ({
  account: "prod",
  region: "shop",
  application: "shop",
  stack: "main",
  capacity: { min: 1, max: 4, desired: 2 },
  manifest: manifest(),
  ...more,
});
const services = (...names: string[]): JsonObject => ({
  trafficManagement: { enabled: true, options: { enableTraffic: true, services: names } },
});

test.each<[string, JsonObject, string[]]>([
  ["a good cluster", {}, []],
  ["fields of other tools", { someField: 1 }, []],
  ["no application", { application: "" }, ["/application"]],
  ["a stack that ends the name", { stack: "a-b" }, ["/stack"]],
  ["capitals", { application: "Shop" }, ["/application"]],
  ["a capacity upside down", { capacity: { min: 3, max: 1, desired: 2 } }, ["/capacity"]],
  ["half a capacity", { capacity: { desired: 2 } }, []],
  ["no manifest", { manifest: null }, ["/manifest"]],
  ["another kind", { manifest: manifest({ kind: "Deployment" }) }, ["/manifest/kind"]],
  ["a template without a spec", { manifest: manifest({ spec: { template: {} } }) }, ["/manifest/spec/template"]],
  ["another artifact", { artifact: { type: "host/directory", reference: "/x" } }, ["/artifact/type"]],
  ["a role that is none", { canaryRole: "chief" }, ["/canaryRole"]],
  ["red/black without services", { strategy: "redblack" }, ["/trafficManagement"]],
  ["red/black with services", { strategy: "redblack", ...services("service front") }, []],
  ["highlander without services", { strategy: "highlander" }, []],
  ["expressions", { application: "${ x }", manifest: "${ y }", capacity: "${ z }", canaryRole: "${ r }" }, []],
])("%s has the problems that it has", (_name, more, pointers) => {
  expect(clusterProblems(cluster(more)).map(({ pointer }) => pointer)).toEqual(pointers);
});

test("the manifest gets the cluster's name, place, size and labels, and keeps what it was made from", () => {
  const document = cluster({ freeFormDetails: "eu", ...services("service front") });
  const { account, region, cluster: name, request } = readCluster(document);
  expect([account, region, name]).toEqual(["prod", "shop", "shop-main-eu"]);
  const [made = {}] = request.manifests;
  expect(made).toMatchObject({
    metadata: { name: "shop-main-eu", namespace: "shop", annotations: { team: "a" } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "shop-main-eu" } },
      template: { metadata: { labels: { app: "shop-main-eu" } } },
    },
  });
  expect(request).toMatchObject({
    moniker: { app: "shop", cluster: "shop-main-eu", stack: "main", detail: "eu" },
    services: ["service front"],
    enableTraffic: true,
    versioned: true,
  });
  expect(launchOf(made as never)).toEqual(document);
  expect(document["manifest"]).toEqual(manifest());
});

test("labels and a selector that are given stay", () => {
  const spec = {
    selector: { matchLabels: { run: "x" } },
    template: { metadata: { labels: { run: "x", tier: "web" } }, spec: { containers: [] } },
  };
  const [made] = readCluster(cluster({ manifest: manifest({ spec }) })).request.manifests;
  expect(made).toMatchObject({ spec });
});

test.each([
  [{ reference: "registry:5000/web:7" }, "registry:5000/web"],
  [{ reference: "example.com/web@sha256:abc" }, "example.com/web"],
  [{ reference: "example.com/web:7", name: "given" }, "given"],
])("the image %j is bound by the name %s", (image, name) => {
  const { request } = readCluster(cluster({ artifact: { type: "docker/image", ...image } }));
  expect(request.required).toMatchObject([{ name }]);
});

test("what nobody wrote down is no launch", () => {
  expect(launchOf({ metadata: {} })).toBeNull();
  expect(launchOf({ metadata: { annotations: { "gennaker.dev/launch": "[1" } } })).toBeNull();
  expect(launchOf({ metadata: { annotations: { "gennaker.dev/launch": "[1]" } } })).toBeNull();
});

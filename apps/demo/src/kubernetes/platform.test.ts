import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configOf } from "./config.ts";
import { behavioursOf, kubernetesPlatform, namespace } from "./platform.ts";

type Document = {
  parameterConfig: { name: string; required?: boolean; default?: string }[];
  stages: { type: string; account?: string; manifests?: { metadata: { namespace?: string; name: string } }[] }[];
};

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../pipeline/${file}`, import.meta.url), "utf8")) as Document;
const platforms = { traffic: { node: "10.0.0.1" }, health: { node: null } };

describe.each(Object.entries(platforms))("the demo on Kubernetes, judged by %s", (style, cluster) => {
  const platform = kubernetesPlatform(cluster, "subtle");

  it("gives its pipelines all parameters that they require, and no others", () => {
    const given = { setUp: platform.setUp, ship: { ...platform.ship("v2", "v1"), pass: "90", marginal: "60" } };
    for (const name of ["setUp", "ship"] as const) {
      const { parameterConfig } = read(platform.documents[name]);
      const known = parameterConfig.map((parameter) => parameter.name);
      const required = parameterConfig.filter((parameter) => parameter.required).map((parameter) => parameter.name);
      expect(Object.keys(given[name])).toEqual(expect.arrayContaining(required));
      expect(known).toEqual(expect.arrayContaining(Object.keys(given[name])));
    }
  });

  it("keeps to its account and its namespace", () => {
    for (const file of [platform.documents.setUp, platform.documents.ship]) {
      for (const { type, account, manifests = [] } of read(file).stages) {
        if (type.endsWith("Manifest")) expect(account).toBe("demo");
        for (const { metadata } of manifests) expect(metadata.namespace ?? metadata.name).toBe(namespace);
      }
    }
  });

  it("knows versions by their images, and what is only tried", () => {
    const { image = "" } = platform.ship("v3", "v2");
    expect([platform.versionOf(image), platform.versionOf(platform.setUp["image"] ?? "")]).toEqual(["v3", "v1"]);
    const trial = (name: string) => platform.isTrial({ name, canaryRole: null });
    expect([trial("replicaSet shop-canary"), trial("replicaSet shop-prod-v001")]).toEqual([true, false]);
    expect(platform.clients !== null).toBe(style === "traffic");
  });
});

it("only the third version has the fault", () => {
  const { v1, v2, v3 } = behavioursOf("errors");
  expect([v1?.["ERROR_SHARE"], v2?.["ERROR_SHARE"], v3?.["ERROR_SHARE"]]).toEqual(["0", "0", "0.12"]);
  const health = kubernetesPlatform({ node: null }, "none");
  expect(health.ship("v3", "v2")["crystals"]).toBe("0");
});

it("takes a Lease in clusters of others", () => {
  const cluster = { kubeconfig: "/k", context: "prod", node: null, own: false, stop: async () => undefined };
  expect(configOf(cluster)).toEqual({
    kubernetes: {
      accounts: [
        {
          name: "demo",
          kubeconfigFile: "/k",
          context: "prod",
          lease: { namespace: "default", name: "gennaker-demo" },
        },
      ],
    },
  });
});

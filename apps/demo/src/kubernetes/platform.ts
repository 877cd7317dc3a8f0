import type { Fault } from "../options.ts";
import type { Platform } from "../platform.ts";
import { behaviourOf } from "../versions.ts";
import type { Behaviours, DemoCluster } from "./cluster.ts";

export const namespace = "gennaker-demo";

/** The variables of the three versions' images. */
export function behavioursOf(fault: Fault): Behaviours {
  return Object.fromEntries(
    (["v1", "v2", "v3"] as const).map((version) => {
      const { startMs, baseMs, spreadMs, slowShare, slowMs, errorShare } = behaviourOf(version, fault);
      const variables = {
        READY_AFTER: startMs / 1_000,
        BASE_MS: baseMs,
        SPREAD_MS: spreadMs,
        SLOW_SHARE: slowShare,
        SLOW_MS: slowMs,
        ERROR_SHARE: errorShare,
        // Longer than a node takes to lead requests elsewhere.
        DRAIN: 3,
      };
      return [version, Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]))];
    }),
  );
}

const nodePort = 30_080;
/** Small images that every cluster may pull; what they do is to wait. */
const waiting = { v1: "3.8", v2: "3.9", v3: "3.10" } as const;

/** ReplicaSets behind a Service: judged on real traffic where containers run, by their health where they do not. */
export function kubernetesPlatform(cluster: Pick<DemoCluster, "node">, fault: Fault): Platform {
  const common = {
    cloudProviders: ["kubernetes"],
    isTrial: ({ name }: { name: string }) => /^replicaSet shop-(baseline|canary)$/.test(name),
  };
  const file = (name: string) => `kubernetes/${name}.json`;
  const tagOf = (reference: string) => reference.split(":").at(-1) ?? null;
  if (cluster.node !== null) {
    const image = (version: string) => `localhost/web:${version}`;
    return {
      ...common,
      documents: { setUp: file("set-up"), ship: file("ship"), canaryConfig: file("canary-config") },
      setUp: { image: image("v1") },
      ship: (version, current) => ({ image: image(version), current: image(current) }),
      badBy: null,
      place: `behind a Service of Kubernetes on ${cluster.node}:${nodePort}`,
      clients: { host: cluster.node, port: nodePort, keepAlive: false },
      versionOf: tagOf,
    };
  }
  const image = (version: keyof typeof waiting) => `registry.k8s.io/pause:${waiting[version]}`;
  return {
    ...common,
    documents: { setUp: file("set-up-by-health"), ship: file("ship-by-health"), canaryConfig: null },
    setUp: { image: image("v1") },
    ship: (version) => ({ image: image(version), crystals: version === "v3" && fault !== "none" ? "1" : "0" }),
    badBy: "it asks for a resource that no node has",
    place: "behind a Service of Kubernetes",
    clients: null,
    versionOf: (reference) => Object.entries(waiting).find(([, tag]) => tag === tagOf(reference))?.[0] ?? null,
  };
}

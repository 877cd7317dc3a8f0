import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";
import { kubernetesHealth } from "./kubernetes-health.ts";

/** Where something leads: an object of the same account, with the part of the traffic that it gets there. */
const way = z.object({
  uid: z.string(),
  percent: z.number().nullable().describe("of the requests; null where the cluster does not say"),
});

/** One object of a resource tree. `owners` and `leadsTo` name others of the same account by uid. */
export const kubernetesNode = z.object({
  id: z.string().describe("account/uid: unique over all accounts"),
  account: z.string(),
  uid: z.string(),
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  manifestName: z.string().describe("what Spinnaker's stages call it: deployment web"),
  namespace: z.string().nullable(),
  application: z.string(),
  cluster: z.string(),
  createdAt: time.nullable(),
  deleting: z.boolean(),
  owners: z.array(z.string()),
  leadsTo: z.array(way).describe("of Ingresses, routes, Services and EndpointSlices"),
  traffic: z
    .array(z.object({ service: z.string(), percent: z.number() }))
    .describe("of workloads: their part of each Service's ready endpoints"),
  uses: z.array(z.string()).describe("uids of ConfigMaps and Secrets that running Pods of it read"),
  baseName: z.string().describe("the name without the version"),
  sequence: z.number().nullable().describe("3 of web-v003; a ReplicaSet's revision"),
  version: z.string().describe("what its containers run: tags of images; empty for others"),
  replicas: z.object({ ready: z.number(), desired: z.number() }).nullable(),
  containers: z.array(z.string()).describe("of a Pod"),
  paused: z.boolean().describe("of a Deployment: its rollout is held"),
  health: kubernetesHealth,
});
export type KubernetesNode = z.infer<typeof kubernetesNode>;

const reach = z.object({ account: z.string(), reachable: z.boolean(), reason: z.string() });

/** One line of a resource tree's stream: what is new or changed, what is gone, and how whole the picture is. */
export const kubernetesTreeLine = z.discriminatedUnion("type", [
  z.object({ type: z.literal("set"), nodes: z.array(kubernetesNode) }),
  z.object({ type: z.literal("gone"), ids: z.array(z.string()) }),
  z.object({
    type: z.literal("state"),
    accounts: z.array(reach),
    complete: z.boolean().describe("every kind was read; before, only those that are watched"),
    problems: z.array(z.object({ account: z.string(), kind: z.string(), reason: z.string() })),
    truncated: z.boolean().describe("there are more objects than are given"),
  }),
  z.object({ type: z.literal("alive") }),
]);
export type KubernetesTreeLine = z.infer<typeof kubernetesTreeLine>;
export type KubernetesReach = z.infer<typeof reach>;

const follow = z.enum(["true", "false"]).optional().describe("false: end when everything was read once; default true");
const namespace = z.string().optional().describe("only this namespace");

export const kubernetesTreeRoutes = defineRoutes({
  followKubernetesTree: {
    method: "GET",
    path: "/applications/:application/kubernetes/tree",
    tag: "kubernetes",
    summary: "An application's objects in all clusters, first all of them, then every change; one JSON object a line",
    query: z.object({ follow, namespace }),
    response: z.string(),
    text: true,
  },
  followKubernetesAccountTree: {
    method: "GET",
    path: "/accounts/:account/kubernetes/tree",
    tag: "kubernetes",
    summary: "A cluster's objects, first all of them, then every change; one JSON object a line",
    query: z.object({ follow, namespace, application: z.string().optional().describe("only those of this one") }),
    response: z.string(),
    text: true,
  },
});

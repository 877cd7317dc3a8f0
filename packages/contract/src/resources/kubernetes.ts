import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";
import { kubernetesHealth } from "./kubernetes-health.ts";

/** Any object of a cluster, as one node of a tree: `owners` lead upwards. */
export const kubernetesObject = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().nullable(),
  uid: z.string(),
  application: z.string(),
  cluster: z.string(),
  createdAt: time.nullable(),
  owners: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })),
  health: kubernetesHealth,
});
export type KubernetesObject = z.infer<typeof kubernetesObject>;

export const kubernetesEvent = z.object({
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  firstAt: time.nullable(),
  lastAt: time.nullable(),
});

export const kubernetesTraffic = z.object({
  loadBalancers: z.array(
    z.object({
      account: z.string(),
      region: z.string(),
      name: z.string(),
      application: z.string(),
      serverGroups: z.array(z.string()),
      services: z.array(z.string()).describe("of an Ingress: the Services it leads to"),
      addresses: z.array(z.string()),
      health: z.object({ status: z.string(), code: z.string(), reason: z.string() }),
    }),
  ),
  networkPolicies: z.array(
    z.object({
      account: z.string(),
      region: z.string(),
      name: z.string(),
      application: z.string(),
      serverGroups: z.array(z.string()),
      policyTypes: z.array(z.string()),
    }),
  ),
});

const flag = z.enum(["true", "false"]).optional();
const kind = z.string().min(1).describe("deployment, Lamp.light.example.com …");
const namespace = z.string().optional().describe("default: the login's own, for lists all");
const manifest = z.record(z.string(), z.unknown());

export const kubernetesRoutes = defineRoutes({
  listKubernetesObjects: {
    method: "GET",
    path: "/accounts/:account/kubernetes/objects",
    tag: "kubernetes",
    summary: "Objects of a cluster with owners and health, of all kinds or of one, custom resources included",
    query: z.object({
      application: z.string().optional().describe("only those of this application"),
      namespace,
      kind: kind.optional(),
    }),
    response: z.object({
      objects: z.array(kubernetesObject),
      problems: z.array(z.object({ kind: z.string(), reason: z.string() })).describe("kinds that could not be listed"),
      truncated: z.boolean().describe("there are more objects than are given"),
    }),
  },
  getKubernetesObject: {
    method: "GET",
    path: "/accounts/:account/kubernetes/objects/:kind/:name",
    tag: "kubernetes",
    summary: "One object as it is, as it was last applied, its health and its events; a Secret's values stay hidden",
    query: z.object({ namespace }),
    response: z.object({
      application: z.string(),
      manifestName: z.string().describe("what Spinnaker's stages call it: deployment web"),
      live: manifest,
      lastApplied: manifest.nullable(),
      health: kubernetesHealth,
      events: z.array(kubernetesEvent),
    }),
  },
  getKubernetesLogs: {
    method: "GET",
    path: "/accounts/:account/kubernetes/logs/:namespace",
    tag: "kubernetes",
    summary: "Output of several Pods as it comes: pod/container: line",
    query: z.object({
      pods: z.string().min(1).describe("names, separated by commas"),
      container: z.string().optional().describe("default: every container"),
      tail: z.coerce.number().int().min(0).max(10_000).optional().describe("the last lines first; default 200"),
      follow: flag.describe("true: go on with what comes"),
      previous: flag.describe("true: of the containers' previous run"),
      since: z.coerce.number().int().min(1).max(31_536_000).optional().describe("seconds: only what is younger"),
      times: flag.describe("true: each line after its time, ISO 8601"),
    }),
    response: z.string(),
    text: true,
  },
  getKubernetesTraffic: {
    method: "GET",
    path: "/applications/:application/kubernetes/traffic",
    tag: "kubernetes",
    summary: "Services, Ingresses and network policies with the server groups they reach",
    response: kubernetesTraffic,
  },
});

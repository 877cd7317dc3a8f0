import { z } from "zod";
import { defineRoutes } from "../route.ts";

const manifest = z.record(z.string(), z.unknown());

/** Something to know before a deploy: it does not stop one. */
const deployWarning = z.object({
  code: z.string().describe("area.what, e.g. volume.readWriteOnce"),
  message: z.string().describe("what would happen, and what to do"),
  object: z.object({ kind: z.string(), name: z.string(), namespace: z.string().nullable() }),
});
export type KubernetesDeployWarning = z.infer<typeof deployWarning>;

const fieldChange = z.object({
  op: z.enum(["add", "remove", "change"]),
  path: z
    .string()
    .describe(
      "spec.template.spec.containers[web].image; list entries by their key or, where they have none, by number",
    ),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type KubernetesFieldChange = z.infer<typeof fieldChange>;

const objectDiff = z.object({
  apiVersion: z.string(),
  kind: z.string().describe("as the manifest spells it: Deployment"),
  name: z.string().describe("with the version it gets: settings-v001"),
  namespace: z.string().nullable(),
  action: z
    .enum(["create", "change", "recreate", "delete", "unchanged", "refused", "skipped"])
    .describe(
      "`recreate`: deleted and made anew; `delete`: an older version that goes; `refused`: see `error`; " +
        "`skipped`: the stage's label selectors leave it out",
    ),
  checked: z
    .boolean()
    .describe(
      "the API server has tried it; false where it cannot yet, as its namespace or kind is made by the same deploy",
    ),
  changes: z.array(fieldChange).describe("empty for what is created or deleted as a whole"),
  before: manifest.nullable().describe("what is there, without what only the server writes"),
  after: manifest.nullable().describe("what would be there, with the server's defaults"),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type KubernetesObjectDiff = z.infer<typeof objectDiff>;

export const kubernetesDiff = z.object({
  account: z.string(),
  summary: z.object({
    create: z.number(),
    change: z.number(),
    delete: z.number(),
    unchanged: z.number(),
    refused: z.number(),
  }),
  objects: z.array(objectDiff).describe("in the order of deployment, then what is deleted"),
  warnings: z.array(deployWarning),
});
export type KubernetesDiff = z.infer<typeof kubernetesDiff>;

export const kubernetesDiffRequest = z.looseObject({
  manifests: z.array(z.unknown()).optional().describe("objects; texts of YAML and lists are read as well"),
  text: z.string().optional().describe("YAML of one or several documents, or JSON, instead of `manifests`"),
  application: z
    .string()
    .optional()
    .describe(
      "given: as a deployManifest stage of it deploys them, with versions, bound artifacts, annotations and labels; the " +
        "stage's other fields (namespaceOverride, versioned, moniker, trafficManagement, labelSelectors …) may stand " +
        "beside it. Left out: the manifests as they are",
    ),
  artifacts: z.array(manifest).optional().describe("that are bound in the manifests, such as docker/image"),
});
export type KubernetesDiffRequest = z.infer<typeof kubernetesDiffRequest>;

export const kubernetesDiffRoutes = defineRoutes({
  diffKubernetesManifests: {
    method: "POST",
    path: "/accounts/:account/kubernetes/diff",
    tag: "kubernetes",
    summary: "What deploying manifests would create, change and delete, asked of the cluster; nothing is changed",
    document: true,
    body: kubernetesDiffRequest,
    response: kubernetesDiff,
  },
});

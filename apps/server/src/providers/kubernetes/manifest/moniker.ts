import type { JsonObject } from "@gennaker/contract/json.ts";
import { annotate, annotation, numberAnnotation, textAnnotation } from "./annotations.ts";
import { kindOf } from "./kinds.ts";
import { annotationsOf, nameOf } from "./manifest.ts";

/** Whose an object is: application, cluster within it, and the number of a versioned one. Null: not known. */
export type Moniker = {
  app: string | null;
  cluster: string | null;
  stack: string | null;
  detail: string | null;
  sequence: number | null;
};

export const noMoniker: Moniker = { app: null, cluster: null, stack: null, detail: null, sequence: null };

/** The moniker of an object in the cluster: its annotations, and what its name says where they say nothing. */
export function monikerOf(manifest: JsonObject): Moniker {
  const annotations = annotationsOf(manifest);
  const named = fromName(nameOf(manifest));
  const given = (key: string, otherwise: string | null): string | null =>
    Object.hasOwn(annotations, key) ? textAnnotation(annotations, key) : otherwise;
  const revision = kindOf(manifest) === "replicaSet" ? annotations[annotation.deploymentRevision] : undefined;
  const numbered = revision === undefined ? named.sequence : numberAnnotation(annotations, annotation.deploymentRevision);
  return {
    app: given(annotation.application, named.app),
    cluster: given(annotation.cluster, named.cluster),
    stack: given(annotation.stack, null),
    detail: given(annotation.detail, null),
    sequence: Object.hasOwn(annotations, annotation.sequence)
      ? numberAnnotation(annotations, annotation.sequence)
      : numbered,
  };
}

/** Writes the moniker into a manifest about to be deployed; never over one that is there. */
export function annotateMoniker(manifest: JsonObject, moniker: Moniker): void {
  annotate(manifest, {
    [annotation.cluster]: moniker.cluster,
    [annotation.application]: moniker.app,
    [annotation.stack]: moniker.stack,
    [annotation.detail]: moniker.detail,
    [annotation.sequence]: moniker.sequence,
  });
}

/**
 * Frigga's reading of a name: `app-stack-detail-vNNN`, the number of one to six digits. Names of Kubernetes' own
 * objects (`system:…`) are one cluster of the application `system`.
 */
function fromName(name: string): { app: string | null; cluster: string | null; sequence: number | null } {
  if (name.trim() === "") return { app: null, cluster: null, sequence: null };
  const push = /^(.*?)-(?:v(\d{1,6}))$/.exec(name);
  const cluster = push?.[1] ?? name;
  const sequence = push?.[2] === undefined ? null : Number(push[2]);
  if (name.startsWith("system:")) return { app: "system", cluster, sequence };
  const pattern = /^([a-zA-Z0-9._]+)(?:-[a-zA-Z0-9._]*(?:-[a-zA-Z0-9._~^-]*)?)?$/;
  const app = pattern.exec(cluster)?.[1] ?? null;
  return app === null ? { app: null, cluster: null, sequence: null } : { app, cluster, sequence };
}

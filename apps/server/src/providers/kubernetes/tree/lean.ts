import type { Transform } from "@gennaker/kube-client/watch/transforms.ts";

const copies = "kubectl.kubernetes.io/last-applied-configuration";

/** A copy without what a tree does not show; of ConfigMaps and Secrets nothing but the metadata is kept. */
export const lean: Transform = (object) => {
  const { managedFields: _fields, annotations, ...metadata } = object.metadata;
  const { [copies]: _copy, ...kept } = annotations ?? {};
  const whole = { ...object, metadata: annotations === undefined ? metadata : { ...metadata, annotations: kept } };
  if (object.apiVersion !== "v1" || (object.kind !== "ConfigMap" && object.kind !== "Secret")) return whole;
  const { apiVersion, kind } = object;
  return { apiVersion, kind, metadata: whole.metadata };
};

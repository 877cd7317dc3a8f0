import { asText, at, objectsOf, textAt } from "./json.ts";

/** Group, version and kind. Core kinds have the group `""`. */
export type GroupVersionKind = { readonly group: string; readonly version: string; readonly kind: string };

/** Reads `apiVersion` and `kind`; whatever is missing is `""`. */
export function kindOf(manifest: unknown): GroupVersionKind {
  const apiVersion = textAt(manifest, "apiVersion");
  const slash = apiVersion.indexOf("/");
  return {
    group: slash < 0 ? "" : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: textAt(manifest, "kind"),
  };
}

/** `Kind` for core kinds, else `group/Kind`: the key of the tables of rules. */
export const groupKind = ({ group, kind }: GroupVersionKind): string => (group === "" ? kind : `${group}/${kind}`);

/** How Kubernetes' Go libraries print a kind in errors: `apps/v1beta1, Kind=Deployment`, `/v1, Kind=Pod`. */
export const printedKind = ({ group, version, kind }: GroupVersionKind): string => `${group}/${version}, Kind=${kind}`;

export type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
};

/** The conditions below `status.conditions` (or another list of conditions), in their order; texts default to `""`. */
export const conditionsOf = (manifest: unknown): Condition[] => readConditions(at(manifest, "status", "conditions"));

export const readConditions = (list: unknown): Condition[] =>
  objectsOf(list).map((item) => ({
    type: asText(item["type"]),
    status: asText(item["status"]),
    reason: asText(item["reason"]),
    message: asText(item["message"]),
  }));

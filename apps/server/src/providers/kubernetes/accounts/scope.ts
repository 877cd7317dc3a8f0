import { GennakerError } from "@gennaker/contract/errors.ts";
import type { KubernetesAccountSettings } from "../settings.ts";

type Limits = Pick<
  KubernetesAccountSettings,
  "name" | "namespaces" | "omitNamespaces" | "kinds" | "omitKinds" | "readOnly"
>;

export function seesNamespace(limits: Limits, namespace: string): boolean {
  return limits.namespaces.length > 0
    ? limits.namespaces.includes(namespace)
    : !limits.omitNamespaces.includes(namespace);
}

/** Kinds are compared as Clouddriver does: `deployment` and `Deployment` are one, other groups are written out. */
export function seesKind(limits: Limits, kind: { kind: string; group: string }): boolean {
  const names = [kind.kind.toLowerCase(), `${kind.kind}.${kind.group}`.toLowerCase()];
  const among = (list: readonly string[]) => list.some((entry) => names.includes(entry.toLowerCase()));
  return limits.kinds.length > 0 ? among(limits.kinds) : !among(limits.omitKinds);
}

/** Throws `forbidden` for what the account's configuration excludes. */
export function checkScope(limits: Limits, kind: { kind: string; group: string }, namespace: string | null): void {
  if (!seesKind(limits, kind))
    throw new GennakerError("forbidden", `The account ${limits.name} is configured without the kind ${kind.kind}.`);
  if (namespace !== null && namespace !== "" && !seesNamespace(limits, namespace))
    throw new GennakerError(
      "forbidden",
      `The account ${limits.name} is configured without the namespace ${namespace}.`,
    );
}

export function checkWritable(limits: Limits): void {
  if (limits.readOnly)
    throw new GennakerError(
      "forbidden",
      `The account ${limits.name} is configured as read-only: nothing of it is changed.`,
    );
}

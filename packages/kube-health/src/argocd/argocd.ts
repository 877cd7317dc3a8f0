import { asList, at, isObject, textAt } from "../json.ts";
import { groupKind, kindOf, printedKind } from "../manifest.ts";
import { customHealth } from "./custom.ts";
import { argocdKinds } from "./kinds.ts";
import { answer } from "./result.ts";
import type { ArgocdResult } from "./result.ts";
import { mistypedField } from "./typed.ts";

/**
 * What Argo CD answers: its own rules for built-in kinds, the table of checks for custom resources, null where it has no
 * check. An absent manifest (null) is Missing. What Argo CD cannot read is Unknown with the reason.
 */
export function argocd(manifest: unknown): ArgocdResult | null {
  if (manifest === null || manifest === undefined) return answer("Missing", "Resource not found");
  if (!isObject(manifest)) return answer("Unknown", "The manifest is not an object.");
  const finalizers = asList(at(manifest, "metadata", "finalizers"));
  const deleted = textAt(manifest, "metadata", "deletionTimestamp") !== "";
  if (deleted && !finalizers.includes("argocd.argoproj.io/hook-finalizer"))
    return answer("Progressing", "Pending deletion");
  const gvk = kindOf(manifest);
  const kind = argocdKinds.get(groupKind(gvk));
  if (kind === undefined) return customHealth(manifest);
  const name = kind.printed ?? gvk.kind;
  if (kind.versions !== undefined && !kind.versions.includes(gvk.version))
    return answer("Unknown", `unsupported ${name} GVK: ${printedKind(gvk)}`);
  const mistyped = kind.versions === undefined ? undefined : mistypedField(manifest);
  if (mistyped !== undefined) return answer("Unknown", `failed to convert unstructured ${name} to typed: ${mistyped}`);
  return kind.health(manifest);
}

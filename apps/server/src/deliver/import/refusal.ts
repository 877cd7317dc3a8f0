import type { Json } from "@gennaker/contract/json.ts";
import type { Resource, Verb } from "@gennaker/contract/permission.ts";
import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import type { ImportAccess } from "./api.ts";
import type { ItemDependencies } from "./import-items.ts";
import type { Incoming, Stored } from "./target.ts";

type Wanted = { verb: Verb; resource: Resource };

/** Asks for each item what saving it alone would ask for: writing to its application, and to the one it would leave. */
export function refusalOf(access: ImportAccess): ItemDependencies["refusal"] {
  return (kind, incoming, stored) => access.refusal(wantedOf(kind, incoming, stored), incoming.document);
}

function wantedOf(kind: ImportKind, { application, document }: Incoming, stored: Stored | null): Wanted[] {
  const names =
    kind === "template" || kind === "project"
      ? []
      : kind === "canaryConfig"
        ? namesIn(document["applications"])
        : [application];
  const all = [...names, stored?.application ?? null].filter((name) => name !== null && name !== "");
  const resources: Resource[] =
    all.length === 0
      ? [{ kind: "shared", name: null }]
      : [...new Set(all.map((name) => String(name).toLowerCase()))].map((name) => ({ kind: "application", name }));
  return resources.map((resource) => ({ verb: "write", resource }));
}

function namesIn(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

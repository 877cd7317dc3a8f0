import type { JsonObject } from "@gennaker/contract/json.ts";
import type { DeployWarning, Surroundings, Workload } from "./surroundings.ts";
import { asObject, containersOf, objectsIn, textIn, warning } from "./surroundings.ts";

export type Reference = { kind: "configMap" | "secret" | "serviceAccount"; name: string };

/** What the Pods of a workload cannot start without: configuration, secrets, the service account. */
export function referencesOf({ pod }: Workload): Reference[] {
  const found = new Map<string, Reference>();
  const add = (kind: Reference["kind"], name: string, optional: unknown = false) => {
    if (name !== "" && optional !== true) found.set(`${kind} ${name}`, { kind, name });
  };
  const source = (kind: Reference["kind"], reference: JsonObject, field = "name") =>
    add(kind, textIn(reference[field]), reference["optional"]);
  for (const container of containersOf(pod)) {
    for (const from of objectsIn(container["envFrom"])) {
      source("configMap", asObject(from["configMapRef"]));
      source("secret", asObject(from["secretRef"]));
    }
    for (const variable of objectsIn(container["env"])) {
      const from = asObject(variable["valueFrom"]);
      source("configMap", asObject(from["configMapKeyRef"]));
      source("secret", asObject(from["secretKeyRef"]));
    }
  }
  for (const volume of objectsIn(pod["volumes"])) {
    source("configMap", asObject(volume["configMap"]));
    source("secret", asObject(volume["secret"]), "secretName");
    for (const projected of objectsIn(asObject(volume["projected"])["sources"])) {
      source("configMap", asObject(projected["configMap"]));
      source("secret", asObject(projected["secret"]));
    }
  }
  for (const pull of objectsIn(pod["imagePullSecrets"])) add("secret", textIn(pull["name"]));
  // `default` comes with every namespace, a moment after it.
  const account = textIn(pod["serviceAccountName"]);
  if (account !== "default") add("serviceAccount", account);
  return [...found.values()];
}

const kinds = { configMap: "ConfigMap", secret: "Secret", serviceAccount: "ServiceAccount" } as const;

/** Configuration that is named and is not there, in this environment. */
export function referenceWarnings(workloads: readonly Workload[], around: Surroundings): DeployWarning[] {
  return workloads.flatMap((workload) =>
    referencesOf(workload)
      .filter(({ kind, name }) => around.object(kind, workload.namespace, name) === null)
      .map(({ kind, name }) => {
        const code = kind === "serviceAccount" ? "serviceAccount.missing" : "config.missing";
        const effect = kind === "serviceAccount" ? "no Pod can be made" : "its Pods will not start";
        return warning(
          code,
          workload.manifest,
          `${workload.words} needs the ${kinds[kind]} ${name}, and there is none in ${workload.namespace}: ${effect}. ` +
            `Deploy it before, or in the same stage, or correct the name.`,
        );
      }),
  );
}

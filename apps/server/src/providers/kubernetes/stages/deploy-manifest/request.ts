import type { z } from "zod";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { deployManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import type { DeployRequest } from "../../manifest/plan-deploy.ts";
import { selectorsOf } from "../shared/label-selectors.ts";

type Fields = z.output<typeof deployManifestSchema>;

/** What a stage's fields ask to be deployed, with what was read for it. */
export function deployRequest(
  fields: Fields,
  given: {
    account: string;
    application: string;
    manifests: readonly JsonObject[];
    required: readonly JsonObject[];
    optional: readonly JsonObject[];
    managedBySuffix?: string | undefined;
  },
): DeployRequest {
  const { account, application, manifests, required, optional, managedBySuffix } = given;
  return {
    account,
    manifests,
    moniker: {
      app: fields.moniker?.app || application,
      cluster: fields.moniker?.cluster ?? null,
      stack: fields.moniker?.stack ?? null,
      detail: fields.moniker?.detail ?? null,
      sequence: fields.moniker?.sequence ?? null,
    },
    versioned: fields.versioned ?? null,
    bindArtifacts: fields.enableArtifactBinding !== false,
    required,
    optional,
    ...trafficOf(fields),
    selectors: selectorsOf(fields.labelSelectors),
    skipTemplateLabels: fields.skipSpecTemplateLabels === true,
    ...(managedBySuffix === undefined ? {} : { managedBySuffix }),
  };
}

/** Without traffic management what a manifest's own annotation names is attached, as it always was. */
export function trafficOf({
  trafficManagement,
}: Pick<Fields, "trafficManagement">): Pick<DeployRequest, "services" | "enableTraffic" | "blueGreen"> {
  if (trafficManagement?.enabled !== true) return { services: [], enableTraffic: true, blueGreen: false };
  const { services = [], enableTraffic = false, strategy } = trafficManagement.options ?? {};
  return { services, enableTraffic, blueGreen: strategy === "redblack" || strategy === "bluegreen" };
}

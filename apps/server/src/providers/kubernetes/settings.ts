import { z } from "zod";
import { healthSettings } from "./health/settings.ts";

const names = z.array(z.string().min(1));

/** One cluster seen with one login, under Clouddriver's own field names where it has some. Fields of other tools are kept. */
const account = z.looseObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "expected letters, digits, _ . and -"),
  /** Default: what `KUBECONFIG` names, else `~/.kube/config`, else the pod's own service account. */
  kubeconfigFile: z.string().min(1).optional(),
  /** Default: the current context. */
  context: z.string().min(1).optional(),
  /** Only these namespaces are seen; each gets its own watches, so no right on the whole cluster is needed. */
  namespaces: names.default([]),
  /** All but these. */
  omitNamespaces: names.default([]),
  /** Only these kinds may be used: `deployment`, `CronTab.stable.example.com`. */
  kinds: names.default([]),
  /** All but these. */
  omitKinds: names.default([]),
  /** Nothing of it is changed. */
  readOnly: z.boolean().default(false),
  /** Shown are only objects with an application written on them by Spinnaker or Gennaker. */
  onlySpinnakerManaged: z.boolean().default(false),
  /**
   * The Lease by which Gennakers with different databases agree who changes this cluster. `false`: none is asked, for
   * a login that may not have one; then see to it that no other Gennaker uses the cluster.
   */
  lease: z
    .union([
      z.literal(false),
      z.strictObject({ namespace: z.string().min(1).default("default"), name: z.string().min(1).default("gennaker") }),
    ])
    .prefault({}),
  /** Goes before the one for all accounts. */
  health: healthSettings.prefault({}),
});

export type KubernetesAccountSettings = z.output<typeof account>;

/** The section `kubernetes` of the configuration. */
export const kubernetesSchema = z
  .strictObject({ accounts: z.array(account).default([]), health: healthSettings.prefault({}) })
  .superRefine(({ accounts }, context) => {
    const seen = new Set<string>();
    for (const [index, { name, namespaces, omitNamespaces, kinds, omitKinds }] of accounts.entries()) {
      const refuse = (field: string, message: string) =>
        context.addIssue({ code: "custom", path: ["accounts", index, field], message });
      if (seen.has(name)) refuse("name", `the account ${name} stands twice`);
      seen.add(name);
      if (namespaces.length > 0 && omitNamespaces.length > 0)
        refuse("omitNamespaces", "says nothing beside namespaces: name those to see, or those to leave out");
      if (kinds.length > 0 && omitKinds.length > 0)
        refuse("omitKinds", "says nothing beside kinds: name those to use, or those to leave out");
    }
  });

export type KubernetesSettings = z.output<typeof kubernetesSchema>;

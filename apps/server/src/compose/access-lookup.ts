import { GennakerError } from "@gennaker/contract/errors.ts";
import type { LookUp } from "../access/guard/needs.ts";
import { toGennakerError } from "../providers/kubernetes/to-gennaker-error.ts";
import type { HttpParts } from "./wire-http.ts";

type Parts = Pick<HttpParts, "pipelines" | "strategies" | "engine" | "judge" | "target">;

/** The applications that things belong to, asked of the features that keep them. */
export function accessLookUp({ pipelines, strategies, engine, judge, target }: Parts): LookUp {
  const one = (found: { application: string } | null) => (found === null ? null : [found.application]);
  return async (what, id, params) => {
    switch (what) {
      case "pipeline":
        return one(await pipelines.get(id));
      case "strategy":
        return one(await strategies.get(id));
      case "execution":
        return one(await engine.get(id));
      case "canaryConfig": {
        const found = await judge.canaryConfigs.get(id);
        const names = found?.document["applications"];
        return found === null ? null : Array.isArray(names) ? names.map(String) : [];
      }
      case "canaryRun": {
        const judged = await judge.canaries.results.get(id);
        return judged ? [judged.application] : one(await engine.get(id));
      }
      case "freeze": {
        const found = await engine.control.freeze(id).catch(absent);
        return found === null ? null : found.application === null ? [] : [found.application];
      }
      case "serverGroup":
        // Names of Kubernetes (`replicaSet web-v000`) say nothing of the application; Spinnaker's others begin with it.
        return id.includes(" ") ? one(await namedGroup(target, id, params)) : [id.split("-")[0] ?? id];
      case "instance": {
        const pod = { account: params["account"] ?? "", namespace: params["region"] ?? "" };
        const owner = await ofObject(target, { ...pod, kind: "pod", name: id.replace(/^pod /i, "") });
        if (owner !== null) return owner;
        const groups = await serverGroups(target, params["account"], params["region"]);
        return one(groups.find(({ instances }) => instances.some((instance) => instance.id === id)) ?? null);
      }
      case "object":
        return ofObject(target, { ...place(params), ...named(params["kind"], id) });
      case "pod":
        return ofObject(target, { ...place(params), kind: "pod", name: id.trim() });
    }
  };
}

type Place = { account: string; namespace?: string };

/** Spinnaker calls a namespace a location, and the cluster itself `_`. */
function place({ account = "", namespace, location }: Readonly<Record<string, string>>): Place {
  const found = namespace ?? (location === "_" ? undefined : location);
  return { account, ...(found === undefined ? {} : { namespace: found }) };
}

/** `web` of a kind, or Spinnaker's `deployment web`. */
function named(kind: string | undefined, text: string): { kind: string; name: string } {
  if (kind !== undefined) return { kind, name: text };
  const [first = "", ...rest] = text.split(" ");
  return { kind: first, name: rest.join(" ") };
}

/** The application of an object of a cluster, by itself or what owns it. */
async function ofObject(
  { kubernetes }: Parts["target"],
  { account, ...ref }: Place & { kind: string; name: string },
): Promise<string[] | null> {
  if (kubernetes === null || !kubernetes.cluster.accounts().includes(account)) return null;
  try {
    const application = await kubernetes.belongsTo(account, ref, AbortSignal.timeout(lookMs));
    return application === null ? null : application === "" ? [] : [application];
  } catch (error) {
    throw toGennakerError(error);
  }
}

/** A cluster that takes longer to say whose an object is answers the request itself no sooner. */
const lookMs = 15_000;

async function namedGroup({ providers }: Parts["target"], name: string, params: Readonly<Record<string, string>>) {
  const { account, region } = params;
  for (const provider of providers.values()) {
    if (account !== undefined && region !== undefined) {
      const found = await provider.serverGroup({ account, region, name });
      if (found !== null) return found;
      continue;
    }
    const found = (await provider.serverGroups({})).find((group) => group.name === name);
    if (found !== undefined) return found;
  }
  return null;
}

async function serverGroups({ providers }: Parts["target"], account?: string, region?: string) {
  const filter = { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
  return (await Promise.all([...providers.values()].map((provider) => provider.serverGroups(filter)))).flat();
}

function absent(error: unknown): null {
  if (error instanceof GennakerError && error.code === "not_found") return null;
  throw error;
}

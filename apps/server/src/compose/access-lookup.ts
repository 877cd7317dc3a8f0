import { GennakerError } from "@gennaker/contract/errors.ts";
import type { LookUp } from "../access/guard/needs.ts";
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
        // Spinnaker's names begin with the application.
        return [id.split("-")[0] ?? id];
      case "instance": {
        const groups = await serverGroups(target, params["account"], params["region"]);
        return one(groups.find(({ instances }) => instances.some((instance) => instance.id === id)) ?? null);
      }
    }
  };
}

async function serverGroups({ providers }: Parts["target"], account?: string, region?: string) {
  const filter = { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
  return (await Promise.all([...providers.values()].map((provider) => provider.serverGroups(filter)))).flat();
}

function absent(error: unknown): null {
  if (error instanceof GennakerError && error.code === "not_found") return null;
  throw error;
}

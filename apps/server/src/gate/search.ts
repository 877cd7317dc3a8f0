import type { JsonObject } from "@gennaker/contract/json.ts";
import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { loadBalancersOf } from "./load-balancers.ts";
import { serverGroupsOf } from "./server-groups.ts";

const shortest = 3;
const mostResults = 10_000;

type Entry = [text: string, result: JsonObject, application: string | null];

/** Gate's search of what runs, and of applications and projects, by a part of a name. */
export function searchRoutes({ applications, projects, providers, routers }: GateDependencies): GateRoute[] {
  /** Everything of a kind: the text that it is found by, what is shown, and whose it is (null: nobody's). */
  const kinds: Readonly<Record<string, () => Promise<Entry[]>>> = {
    applications: async () =>
      (await applications.list()).map(({ name, attributes }) => [
        name,
        { application: name, email: attributes["email"] ?? null },
        name,
      ]),
    projects: async () =>
      (await projects.list()).map(({ id, name, document }) => [
        name,
        { id, name, email: document["email"] ?? null, config: document["config"] ?? {} },
        null,
      ]),
    clusters: async () => {
      const groups = await serverGroupsOf(providers, {});
      const clusters = new Map(groups.map((group) => [`${group.account}/${group.cluster}`, group]));
      return [...clusters.values()].map(({ cluster, account, application, stack, cloudProvider }) => [
        cluster,
        { cluster, account, application, stack, provider: cloudProvider },
        application,
      ]);
    },
    serverGroups: async () =>
      (await serverGroupsOf(providers, {})).map(({ name, account, region, application, cluster, cloudProvider }) => [
        name,
        { serverGroup: name, account, region, application, cluster, provider: cloudProvider },
        application,
      ]),
    instances: async () =>
      (await serverGroupsOf(providers, {})).flatMap(
        ({ name, account, region, application, cloudProvider, instances }) =>
          instances.map(({ id }): Entry => [
            id,
            { instanceId: id, serverGroup: name, account, region, application, provider: cloudProvider },
            application,
          ]),
      ),
    loadBalancers: async () =>
      (await loadBalancersOf(providers, routers)).map(({ name, account, region, cloudProvider }) => [
        name,
        { loadBalancer: name, account, region, provider: cloudProvider },
        // Spinnaker's names begin with the application.
        name.split("-")[0] ?? name,
      ]),
  };

  return [
    {
      method: "GET",
      path: "/search",
      handle: async ({ query, sees }) => {
        const text = query["q"] ?? "";
        if (text.length < shortest && query["allowShortQuery"] !== "true") return { body: [] };
        const types = (query["type"] ?? "").split(",").filter((type) => Object.hasOwn(kinds, type));
        const pageSize = Math.max(
          1,
          Math.min(Number.parseInt(query["pageSize"] ?? "", 10) || mostResults, mostResults),
        );
        const pageNumber = Math.max(1, Number.parseInt(query["page"] ?? "", 10) || 1);
        const wanted = text.toLowerCase();
        // Before it is counted and cut into pages: numbers tell of what is hidden, too.
        const may = await sees();
        const found: JsonObject[] = [];
        for (const type of types) {
          for (const [name, result, application] of (await kinds[type]?.()) ?? [])
            if (name.toLowerCase().includes(wanted) && (application === null || may(application)))
              found.push({ type, ...result });
        }
        const results = found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
        return { body: [{ pageNumber, pageSize, query: text, totalMatches: found.length, results }] };
      },
    },
  ];
}

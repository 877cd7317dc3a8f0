import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { StoredApplication } from "../deliver/applications/api.ts";
import type { GateRoute } from "../platform/http/api.ts";
import { mayHoldExactNumbers, parseExact } from "../platform/values/exact-numbers.ts";
import type { ServerGroup } from "../providers/port/api.ts";
import type { GateDependencies } from "./deps.ts";
import { limitOf } from "./executions.ts";
import { serverGroupJson, serverGroupsOf } from "./server-groups.ts";

/** Gate's paths about applications, accounts and the caller. */
export function applicationRoutes(dependencies: GateDependencies): GateRoute[] {
  const { applications, applicationHistory, providers, version } = dependencies;
  const accounts = async () =>
    (await Promise.all([...providers.values()].map((provider) => provider.accounts()))).flat();
  /** As Gate tells with Fiat: the accounts that may be deployed to. */
  const writableAccounts = async (user: string) => {
    const mayWrite = await dependencies.mayWriteAccount(user);
    return (await accounts()).map(({ name }) => name).filter(mayWrite);
  };
  let told: { version: string; text: string } | null = null;
  // Every page of Spinnaker's UI asks for all of them. The version comes first: what is read after it is never older.
  const listText = async () => {
    const version = await applications.listVersion();
    if (told?.version !== version)
      told = { version, text: JSON.stringify((await applications.list()).map(attributesJson)) };
    return told.text;
  };
  const groupsOf = (application: string) => serverGroupsOf(providers, { application: application.toLowerCase() });

  return [
    { method: "GET", path: "/version", handle: async () => ({ body: { version } }) },
    {
      method: "GET",
      path: "/credentials",
      handle: async () => ({
        body: (await accounts()).map((account) => accountJson(account.name, account.cloudProvider)),
      }),
    },
    {
      method: "GET",
      path: "/credentials/:account",
      handle: async ({ params }) => {
        const found = (await accounts()).find((account) => account.name === params["account"]);
        if (!found) throw new GennakerError("not_found", `There is no account ${params["account"]}.`);
        return { body: accountJson(found.name, found.cloudProvider) };
      },
    },
    {
      method: "GET",
      path: "/auth/user/serviceAccounts",
      handle: async ({ actor }) => ({ body: await dependencies.serviceAccountsFor(actor) }),
    },
    {
      method: "GET",
      path: "/auth/user",
      handle: async ({ actor }) => ({
        body: {
          email: actor.user,
          username: actor.user,
          firstName: null,
          lastName: null,
          roles: [...actor.roles],
          allowedAccounts: await writableAccounts(actor.user),
          authorities: [],
          accountNonExpired: true,
          accountNonLocked: true,
          credentialsNonExpired: true,
          enabled: true,
          isAdmin: actor.roles.includes("admin"),
          canMintApiTokens: false,
        },
      }),
    },
    { method: "GET", path: "/applications", handle: async () => ({ text: await listText() }) },
    {
      method: "GET",
      path: "/applications/:application",
      handle: async ({ params }) => {
        const stored = await applications.get(params["application"] ?? "");
        if (!stored) throw new GennakerError("not_found", `Application ${params["application"]} not found.`);
        const clusters = clustersByAccount(await groupsOf(stored.name));
        return { body: { name: stored.name, attributes: attributesJson(stored), clusters } };
      },
    },
    {
      method: "GET",
      path: "/applications/:application/history",
      handle: async ({ params, query }) => {
        const name = (params["application"] ?? "").toLowerCase();
        const versions = await applicationHistory(name, limitOf(query["limit"], 20));
        if (versions.length === 0) throw new GennakerError("not_found", `Application ${name} not found.`);
        return { body: versions };
      },
    },
    {
      method: "GET",
      path: "/applications/:application/clusters",
      handle: async ({ params }) => {
        const byAccount: Record<string, string[]> = {};
        for (const group of await groupsOf(params["application"] ?? "")) {
          const list = (byAccount[group.account] ??= []);
          if (!list.includes(group.cluster)) list.push(group.cluster);
        }
        return { body: byAccount };
      },
    },
    {
      method: "GET",
      path: "/applications/:application/serverGroups",
      handle: async ({ params }) => ({ body: (await groupsOf(params["application"] ?? "")).map(serverGroupJson) }),
    },
  ];
}

function clustersByAccount(groups: readonly ServerGroup[]): Record<string, JsonObject[]> {
  const clusters: Record<string, JsonObject[]> = {};
  for (const group of groups) {
    const list = (clusters[group.account] ??= []);
    if (list.some((each) => each["name"] === group.cluster)) continue;
    const members = groups.filter((each) => each.account === group.account && each.cluster === group.cluster);
    list.push({
      name: group.cluster,
      provider: group.cloudProvider,
      loadBalancers: [...group.loadBalancers],
      serverGroups: members.map((each) => each.name),
    });
  }
  return clusters;
}

function accountJson(name: string, provider: string): JsonObject {
  return {
    name,
    type: provider,
    cloudProvider: provider,
    accountType: name,
    environment: name,
    challengeDestructiveActions: false,
    primaryAccount: false,
    enabled: true,
    permissions: { READ: [], WRITE: [] },
    requiredGroupMembership: [],
    authorized: true,
  };
}

function attributesJson(stored: StoredApplication): JsonObject {
  const { cloudProviders } = stored.attributes;
  return {
    ...(mayHoldExactNumbers(stored.text) ? (parseExact(stored.text) as JsonObject) : stored.attributes),
    name: stored.name,
    cloudProviders: Array.isArray(cloudProviders) ? cloudProviders.join(",") : (cloudProviders ?? ""),
    createTs: String(stored.createdAt.getTime()),
    updateTs: String(stored.updatedAt.getTime()),
    lastModifiedBy: stored.lastModifiedBy,
    user: stored.attributes["user"] ?? stored.lastModifiedBy,
  };
}

import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Handlers } from "../../platform/http/api.ts";
import { builtInRoles } from "../decision/api.ts";

const off =
  "Nobody logs in here, so there are no people to change. Switch authentication on in gennaker.yaml, e.g. access: {local: true}.";

/** The same routes where nobody logs in: everybody who reaches this server may do everything, and is told so. */
export function openHandlers(): Handlers {
  const refuse = async (): Promise<never> => {
    throw new GennakerError("wrong_state", off);
  };
  return {
    whoAmI: async ({ actor }) => ({
      authentication: false,
      user: actor.user,
      displayName: null,
      email: null,
      roles: [],
      breakGlassUntil: null,
      mayBreakGlass: false,
    }),
    explainAccess: async ({ query, actor }) => ({
      user: query.user ?? actor.user,
      roles: [],
      verb: query.verb,
      resource: query.resource,
      allowed: true,
      because: [{ rule: "open", text: "Nobody logs in here: everybody who reaches this server may do everything." }],
    }),
    listUsers: async () => [],
    listRoles: async () =>
      builtInRoles.map(({ grants, ...role }) => ({
        ...role,
        grants: grants.map(({ effect, verbs, resources }) => ({
          effect,
          verbs: [...verbs],
          resources: [...resources],
        })),
        managedBy: "gennaker" as const,
      })),
    listSessions: async () => [],
    listTokens: async () => [],
    listEmergencyAccess: async () => [],
    saveUser: refuse,
    deleteUser: refuse,
    changePassword: refuse,
    saveRole: refuse,
    deleteRole: refuse,
    endSession: refuse,
    createToken: refuse,
    revokeToken: refuse,
    breakGlass: refuse,
    endBreakGlass: refuse,
    startDeviceLogin: refuse,
    pollDeviceLogin: refuse,
  };
}

import type { GroupAnswer, GroupSource } from "../groups/api.ts";
import type { Actor, Sessions } from "../people/api.ts";
import type { AccessSettings } from "../settings/api.ts";
import type { Oidc } from "./create-oidc.ts";

/** Encrypts with the operator's key; null where there is none that could be used. */
export type Sealing = {
  seal(text: string): Promise<string | null>;
  open(sealed: string): Promise<string | null>;
};

type Dependencies = {
  oidc: Pick<Oidc, "refresh">;
  sessions: Pick<Sessions, "refreshable" | "refreshed" | "end">;
  sealing: Sealing;
  settings: NonNullable<AccessSettings["oidc"]>;
};

/**
 * The provider as a source of groups for people who are logged in: asked with the refresh token of a session. A session
 * whose token the provider no longer takes is over.
 */
export function createOidcGroups({ oidc, sessions, sealing, settings }: Dependencies): GroupSource {
  const system: Actor = { user: "system", roles: [], via: "system" };
  return {
    name: "oidc",
    people: ["oidc"],
    refreshMinutes: settings.refreshMinutes,
    keepMinutes: settings.keepMinutes,
    async groupsOf({ key }): Promise<GroupAnswer> {
      for (const { id, sealed, externalId } of await sessions.refreshable(key)) {
        const token = await sealing.open(sealed);
        if (token === null) continue;
        const found = await oidc.refresh(token, externalId);
        if (found === null) {
          await sessions.end(id, key, system);
          continue;
        }
        const next = found.refreshToken === null ? null : await sealing.seal(found.refreshToken);
        await sessions.refreshed(id, next, found.idToken);
        return { groups: found.person.groups };
      }
      return "unasked";
    },
  };
}

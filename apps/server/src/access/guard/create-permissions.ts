import type { Known } from "../people/api.ts";
import { builtInRoles, decide, mayName } from "../decision/api.ts";
import type { Subject } from "../decision/api.ts";
import type { Permissions } from "./api.ts";
import { accountsOf } from "./needs.ts";
import type { Rules } from "./rules.ts";

/** Runs of Gennaker itself, which no person has asked for. */
const ownNames: ReadonlySet<string> = new Set(["engine", "system"]);
const automation = builtInRoles.find(({ name }) => name === "automation")?.name ?? "automation";

export function createPermissions({ known, rules }: { known: Known; rules: Rules }): Permissions {
  async function subjectFor(user: string): Promise<Subject> {
    const key = user.normalize("NFKC").toLowerCase().trim();
    const nobody = { user: key, roles: [], scopes: null, breakGlass: null };
    if (key === "" || key === "anonymous" || ownNames.has(key)) return { ...nobody, roles: [automation] };
    return (await known.byKey(key, "bearer"))?.subject ?? nobody;
  }
  const decideFor: Permissions["decideFor"] = async (user, verb, resource) => {
    const subject = await subjectFor(user);
    return { ...decide(subject, verb, resource, await rules.now()), subject };
  };

  return {
    rolesOf: async (user) => (await subjectFor(user)).roles,
    decideFor,
    mayName: async (user, verb, kind) => mayName(await subjectFor(user), verb, kind, await rules.now()),
    async stageRefusal({ user, application, stage }) {
      const subject = await subjectFor(user);
      const policy = await rules.now();
      const asked = [
        { verb: "execute" as const, resource: { kind: "application" as const, name: application.toLowerCase() } },
        ...accountsOf(stage),
      ];
      for (const { verb, resource } of asked) {
        const decision = decide(subject, verb, resource, policy);
        if (!decision.allowed) return decision.because.map(({ text }) => text).join(" ");
      }
      return null;
    },
  };
}

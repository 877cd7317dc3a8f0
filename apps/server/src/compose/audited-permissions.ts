import type { Permissions } from "../access/guard/api.ts";
import type { Denials } from "../platform/audit/api.ts";

/** The same permissions, with each stage that may not run noted as a denied attempt of the user it would run as. */
export function auditedPermissions(permissions: Permissions, denials: Pick<Denials, "note">): Permissions {
  return {
    ...permissions,
    async stageRefusal(input) {
      const refusal = await permissions.stageRefusal(input);
      if (refusal === null) return null;
      const { user, application, stage } = input;
      const what = typeof stage["type"] === "string" ? `a stage of type ${stage["type"]}` : "a stage";
      await denials.note({
        actor: { user, roles: [], via: "engine" },
        action: "access.denied",
        resource: `application/${application.toLowerCase()}`,
        application: application.toLowerCase(),
        reason: `${what}: ${refusal}`,
      });
      return refusal;
    },
  };
}

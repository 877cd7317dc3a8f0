import { expect, test } from "vitest";
import type { AuditInput } from "../platform/audit/api.ts";
import { auditedPermissions } from "./audited-permissions.ts";

test("a stage that may not run is a denied attempt of the user it would run as; one that may is not", async () => {
  const noted: AuditInput[] = [];
  const permissions = auditedPermissions(
    { stageRefusal: async ({ user }: { user: string }) => (user === "viv" ? "viv has no such role." : null) } as never,
    { note: async (entry) => void noted.push(entry) },
  );
  expect(await permissions.stageRefusal({ user: "ann", application: "Shop", stage: {} })).toBeNull();
  expect(noted).toEqual([]);
  const refusal = await permissions.stageRefusal({ user: "viv", application: "Shop", stage: { type: "deploy" } });
  expect(refusal).toBe("viv has no such role.");
  expect(noted).toMatchObject([
    {
      actor: { user: "viv", via: "engine" },
      action: "access.denied",
      resource: "application/shop",
      application: "shop",
      reason: "a stage of type deploy: viv has no such role.",
    },
  ]);
});

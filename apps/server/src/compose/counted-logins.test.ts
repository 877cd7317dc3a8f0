import { expect, test } from "vitest";
import type { AuditInput } from "../platform/audit/api.ts";
import { countedLogins } from "./counted-logins.ts";

test("failed logins of nobody are counted; those of people, and everything else, are rows", async () => {
  const rows: string[] = [];
  const counted: string[] = [];
  const told: string[] = [];
  const record = async (_tx: unknown, entry: AuditInput) => void rows.push(`${entry.action} ${entry.actor.user}`);
  const note = async ({ actor }: AuditInput) => {
    counted.push(actor.user);
    if (counted.length > 1) throw new Error("away");
  };
  const audit = countedLogins({ record, recordAll: async () => undefined }, { note }, (text) => void told.push(text));
  const entry = (action: string, user: string): AuditInput => ({
    actor: { user, roles: [], via: "api" },
    action,
    resource: "user/x",
    application: null,
  });
  for (const [action, user] of [
    ["login.failed", "kim"],
    ["login", "anonymous"],
    ["login.failed", "anonymous"],
    ["login.failed", "anonymous"],
  ] as const)
    await audit.record({} as never, entry(action, user));
  expect(rows).toEqual(["login.failed kim", "login anonymous"]);
  expect(counted).toEqual(["anonymous", "anonymous"]);
  await expect.poll(() => told).toEqual(["a failed login was not written: Error: away"]);
});

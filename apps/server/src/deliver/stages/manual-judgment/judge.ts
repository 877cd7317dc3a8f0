import type { JsonObject } from "@gennaker/contract/json.ts";

export type Judge = { user: string | null; roles: readonly string[] };

export type Verdict = { kind: "open" } | { kind: "continue" } | { kind: "stop" } | { kind: "refused"; words: string };

/** Who judged, as the engine wrote it beside the patch: `lastModifiedBy` (the user) and `lastModifiedRoles`. */
export function judgeOf(context: JsonObject): Judge {
  const { lastModifiedBy: user, lastModifiedRoles: roles } = context;
  return {
    user: typeof user === "string" && user !== "" ? user : null,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [],
  };
}

/** A judgement counts when it is `continue` or `stop` and the judge has one of the roles, where any are asked for. */
export function judge(input: { status: string; roles: readonly string[]; person: Judge }): Verdict {
  const status = input.status.trim().toLowerCase();
  if (status === "") return { kind: "open" };
  if (status !== "continue" && status !== "stop") {
    return { kind: "refused", words: `"${input.status}" is no decision: judgmentStatus must be continue or stop.` };
  }
  const roles = new Set(input.person.roles.map((role) => role.toLowerCase()));
  if (input.roles.length > 0 && !input.roles.some((role) => roles.has(role.toLowerCase()))) {
    const who = input.person.user ?? "Somebody";
    return {
      kind: "refused",
      words: `${who} tried to decide, but has none of the roles ${input.roles.join(", ")}. Waits for a person with one.`,
    };
  }
  return { kind: status };
}

import type { Role } from "./api.ts";

/** Whoever has it may do everything; at least one person always does. */
export const administrator = "admin";

const work = ["application", "account", "shared"];

/** Roles that exist without being made, and cannot be changed. */
export const builtInRoles: readonly Role[] = [
  {
    name: administrator,
    description: "Everything, people and roles too",
    grants: [{ effect: "allow", verbs: ["*"], resources: ["*"] }],
  },
  {
    name: "operator",
    description: "Runs, judges and changes what is not restricted",
    grants: [
      { effect: "allow", verbs: ["read", "write", "execute", "judge"], resources: work },
      { effect: "allow", verbs: ["read"], resources: ["system"] },
    ],
  },
  {
    name: "viewer",
    description: "Sees what is not restricted",
    grants: [{ effect: "allow", verbs: ["read"], resources: [...work, "system"] }],
  },
  {
    name: "auditor",
    description: "Sees everything that is not restricted, the audit and who may do what too",
    grants: [{ effect: "allow", verbs: ["read"], resources: ["*"] }],
  },
  {
    name: "automation",
    description: "Runs that a trigger starts without runAsUser: on what is not restricted",
    grants: [
      { effect: "allow", verbs: ["read", "execute"], resources: ["application", "shared"] },
      { effect: "allow", verbs: ["read", "write"], resources: ["account"] },
    ],
  },
];

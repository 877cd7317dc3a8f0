import { z } from "zod";
import { resourceKinds, verbs } from "../permission.ts";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";

const names = z.array(z.string().min(1).max(250)).max(1_000);
const nothing = z.object({});

export const accessUser = z.object({
  name: z.string(),
  kind: z.enum(["person", "service"]),
  displayName: z.string().nullable(),
  email: z.string().nullable(),
  roles: z.array(z.string()).describe("given here"),
  groups: z.array(z.string()).describe("told by the provider"),
  source: z.string().describe("how they log in: local, oidc or ldap"),
  disabled: z.boolean(),
  hasPassword: z.boolean(),
  lockedUntil: time.nullable().describe("shut after wrong passwords"),
  createdAt: time,
  lastLoginAt: time.nullable(),
  groupsNote: z.string().nullable().describe("why groups are missing"),
  goneAt: time.nullable().describe("since when the directory or provider does not know them; shut out"),
});
export type AccessUser = z.infer<typeof accessUser>;

const userInput = z.object({
  kind: z.enum(["person", "service"]).optional().describe("of a new user; default: person"),
  displayName: z.string().max(250).nullable().optional(),
  email: z.string().max(320).nullable().optional(),
  roles: names.optional(),
  disabled: z.boolean().optional(),
  password: z.string().max(1_024).nullable().optional().describe("null: no login with a password"),
});

const because = z.array(z.object({ rule: z.string(), text: z.string() }));

export const me = z.object({
  /** False: nobody logs in, everybody who reaches this server may do everything. */
  authentication: z.boolean(),
  user: z.string(),
  displayName: z.string().nullable(),
  email: z.string().nullable(),
  roles: z.array(z.string()),
  breakGlassUntil: time.nullable(),
  mayBreakGlass: z.boolean(),
});
export type Me = z.infer<typeof me>;

const roleGrant = z.object({
  effect: z.enum(["allow", "deny"]).default("allow"),
  verbs: z.array(z.enum([...verbs, "*"])).min(1),
  resources: z
    .array(z.string().min(1).max(500))
    .min(1)
    .max(1_000)
    .describe(`KIND/NAME with *, KIND alone, environment/NAME or *; kinds: ${resourceKinds.join(", ")}`),
});

export const accessRole = z.object({
  name: z.string(),
  description: z.string(),
  grants: z.array(roleGrant),
  managedBy: z.enum(["gennaker", "file", "database"]),
});
export type AccessRole = z.infer<typeof accessRole>;

export const accessSession = z.object({
  id: z.string(),
  user: z.string(),
  method: z.string(),
  createdAt: time,
  seenAt: time,
  expiresAt: time,
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
});

export const accessToken = z.object({
  id: z.string(),
  user: z.string(),
  name: z.string(),
  scopes: z.array(z.string()).nullable().describe("null: whatever its owner may do"),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time.nullable(),
  usedAt: time.nullable(),
});
export type AccessToken = z.infer<typeof accessToken>;

export const emergencyAccess = z.object({ user: z.string(), reason: z.string(), since: time, until: time });
export type EmergencyAccess = z.infer<typeof emergencyAccess>;

export const explanation = z.object({
  user: z.string(),
  roles: z.array(z.string()),
  verb: z.enum(verbs),
  resource: z.string(),
  allowed: z.boolean(),
  because,
});
export type AccessExplanation = z.infer<typeof explanation>;

const ofUser = z.object({ user: z.string().optional().describe("of somebody else; default: one's own") });

export const accessRoutes = defineRoutes({
  whoAmI: {
    method: "GET",
    path: "/access/me",
    tag: "access",
    summary: "Who asks, and which roles that gives",
    response: me,
  },
  explainAccess: {
    method: "GET",
    path: "/access/explain",
    tag: "access",
    summary: "Whether somebody may do something, and why",
    query: z.object({
      user: z.string().optional().describe("default: who asks"),
      verb: z.enum(verbs).describe("what would be done"),
      resource: z.string().min(1).describe("e.g. application/shop, account/prod, audit"),
    }),
    response: explanation,
  },
  listUsers: {
    method: "GET",
    path: "/access/users",
    tag: "access",
    summary: "People and service accounts",
    response: z.array(accessUser),
  },
  saveUser: {
    method: "PUT",
    path: "/access/users/:user",
    tag: "access",
    summary: "Create or change a user; what is left out stays",
    body: userInput,
    response: accessUser,
  },
  deleteUser: {
    method: "DELETE",
    path: "/access/users/:user",
    tag: "access",
    summary: "Delete a user with sessions and tokens",
    response: nothing,
  },
  changePassword: {
    method: "POST",
    path: "/access/password",
    tag: "access",
    summary: "Change one's own password; ends one's sessions",
    body: z.object({ current: z.string().max(1_024), password: z.string().max(1_024) }),
    response: nothing,
  },
  listRoles: {
    method: "GET",
    path: "/access/roles",
    tag: "access",
    summary: "Roles and what they allow",
    response: z.array(accessRole),
  },
  saveRole: {
    method: "PUT",
    path: "/access/roles/:role",
    tag: "access",
    summary: "Create or replace a role; effective at once",
    body: z.object({ description: z.string().max(1_000).default(""), grants: z.array(roleGrant).max(1_000) }),
    response: accessRole,
  },
  deleteRole: {
    method: "DELETE",
    path: "/access/roles/:role",
    tag: "access",
    summary: "Delete a role; effective at once",
    response: nothing,
  },
  listSessions: {
    method: "GET",
    path: "/access/sessions",
    tag: "access",
    summary: "Open sessions",
    query: ofUser,
    response: z.array(accessSession),
  },
  endSession: {
    method: "DELETE",
    path: "/access/sessions/:session",
    tag: "access",
    summary: "End a session of one's own; administrators end any",
    response: nothing,
  },
  listTokens: {
    method: "GET",
    path: "/access/tokens",
    tag: "access",
    summary: "API tokens, without their secrets",
    query: ofUser,
    response: z.array(accessToken),
  },
  createToken: {
    method: "POST",
    path: "/access/tokens",
    tag: "access",
    summary: "Create an API token; it is told once",
    body: z.object({
      name: z.string().min(1).max(250),
      user: z.string().optional().describe("for a service account or somebody else"),
      scopes: z
        .array(z.string().max(500))
        .max(100)
        .nullable()
        .optional()
        .describe("VERB, VERB:KIND or VERB:KIND/NAME with *; null: no limit"),
      expiresInDays: z.number().int().min(1).max(3_660).nullable().optional().describe("default 90; null: never"),
    }),
    response: accessToken.extend({ token: z.string() }),
    status: 201,
  },
  revokeToken: {
    method: "DELETE",
    path: "/access/tokens/:token",
    tag: "access",
    summary: "Revoke a token of one's own; administrators revoke any",
    response: nothing,
  },
  breakGlass: {
    method: "POST",
    path: "/access/break-glass",
    tag: "access",
    summary: "Take emergency access for a while, with a reason that is told to everybody",
    body: z.object({ reason: z.string().min(10).max(2_000) }),
    response: z.object({ until: time }),
  },
  endBreakGlass: {
    method: "DELETE",
    path: "/access/break-glass",
    tag: "access",
    summary: "Give emergency access back",
    response: nothing,
  },
  listEmergencyAccess: {
    method: "GET",
    path: "/access/emergency",
    tag: "access",
    summary: "Who has emergency access now, and why",
    response: z.array(emergencyAccess),
  },
  startDeviceLogin: {
    method: "POST",
    path: "/access/device",
    tag: "access",
    summary: "Begin a login on a device without a browser",
    body: z.object({ name: z.string().min(1).max(100).describe("shown to the person who approves") }),
    response: z.object({
      deviceCode: z.string(),
      userCode: z.string(),
      path: z.string().describe("where a signed-in person enters the code"),
      expiresInSeconds: z.number(),
      intervalSeconds: z.number(),
    }),
  },
  pollDeviceLogin: {
    method: "POST",
    path: "/access/device/token",
    tag: "access",
    summary: "Ask whether the login was approved; then the token is given, once",
    body: z.object({ deviceCode: z.string().max(200) }),
    response: z.object({
      state: z.enum(["pending", "denied", "expired", "approved"]),
      token: z.string().nullable(),
      user: z.string().nullable(),
    }),
  },
});

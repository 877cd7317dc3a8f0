import type { Resource, ResourceKind, Verb } from "@gennaker/contract/permission.ts";
import type { Decision, Subject } from "../decision/api.ts";

/** Answers for those who do not come over HTTP: stages, triggers, explanations. */
export type Permissions = {
  /** The roles and groups of a user; none for somebody unknown. */
  rolesOf(user: string): Promise<readonly string[]>;
  /** Decides for a user by name. `anonymous` is what runs of triggers without `runAsUser` are called. */
  decideFor(user: string, verb: Verb, resource: Resource): Promise<Decision & { subject: Subject }>;
  /** The same for many resources of one kind, prepared once. */
  mayName(user: string, verb: Verb, kind: ResourceKind): Promise<(name: string) => boolean>;
  /** Why a stage must not run now as this user, or null. Asked again before every task, so that a lost role tells. */
  stageRefusal(input: {
    user: string;
    application: string;
    stage: Readonly<Record<string, unknown>>;
  }): Promise<string | null>;
};

export type { Guard } from "./create-http-access.ts";
export { checkCsrf } from "./create-http-access.ts";
export { cookieOf, sessionCookies } from "./credentials.ts";

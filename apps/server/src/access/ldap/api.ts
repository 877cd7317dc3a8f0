export type { Ldap } from "./create-ldap.ts";

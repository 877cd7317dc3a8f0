export type { Oidc } from "./create-oidc.ts";

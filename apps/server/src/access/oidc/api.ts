export type { FromProvider, Oidc } from "./create-oidc.ts";

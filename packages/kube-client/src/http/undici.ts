import { createRequire } from "node:module";
import type * as Library from "undici";

const load = createRequire(import.meta.url);

/** The HTTP library, loaded with the first call to a cluster: it takes many megabytes, and most of what imports this never calls one. */
export const undici = (): typeof Library => load("undici") as typeof Library;

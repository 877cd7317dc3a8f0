import { createRequire } from "node:module";
import type * as Library from "undici";

const load = createRequire(import.meta.url);

/** The HTTP library, loaded with the first call: it takes many megabytes that a server at rest does without. */
export const undici = (): typeof Library => load("undici") as typeof Library;

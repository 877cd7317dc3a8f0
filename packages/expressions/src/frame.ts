import type { Session } from "./session.ts";
import type { Value } from "./values.ts";

/**
 * `active` is what bare names are read from (`#this`). `scope` is the innermost element of a projection or selection,
 * else the root: arguments of methods and indexes are read from there, as in Spring.
 */
export type Frame = { readonly session: Session; readonly active: Value; readonly scope: Value };

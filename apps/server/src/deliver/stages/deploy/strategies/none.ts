import type { Strategy } from "./strategy.ts";

/** Adds the new group beside the others. */
export const none: Strategy = { name: "none", after: () => [] };

/** Trigger types that start pipelines here; the others are kept and said. Whoever makes one fire adds it. */
export const firedTriggerTypes: ReadonlySet<string> = new Set(["manual"]);

import type { Check } from "./language.ts";

/** The commonest form: one condition Ready says it all. */
export const ready: Check = ["Ready=False > Degraded; Ready=True > Healthy"];

export const fluxSuspended = ".spec.suspend=true > Suspended: {kind} is suspended";

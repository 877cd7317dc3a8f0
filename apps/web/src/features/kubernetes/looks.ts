import type { HealthState } from "@gennaker/client/kubernetes/filter.ts";
import { healthLooks, type Look } from "../../ui/status/look.ts";

export const stateLooks: Record<HealthState, Look> = { ...healthLooks, unknown: { tone: "wait", shape: "question" } };

import { forgetApprovals } from "../access/second-person/create-second-person.ts";
import { createRetention } from "../deliver/history/create-retention.ts";
import { historyHandlers } from "../deliver/history/handlers.ts";
import { createSweep, type Sweep } from "../deliver/history/sweep.ts";
import type { Engine, ForgetRuns } from "../engine/api.ts";
import { createRunHistory } from "../engine/history.ts";
import { createRunKeeping } from "../engine/retention.ts";
import { forgetCanaryRuns } from "../judge/canary/run/forget-runs.ts";
import type { Handlers } from "../platform/http/api.ts";
import type { Log } from "./log.ts";
import type { Platform } from "./wire-platform.ts";

/** What features delete when runs are removed; whoever keeps something about runs adds itself here. */
export const forgetRuns: readonly ForgetRuns[] = [forgetCanaryRuns, forgetApprovals];

export type WiredHistory = { handlers: Handlers; sweep: Sweep };

/** Wires the history of runs, how long they are kept, and the sweep that removes the others. */
export function wireHistory({ database, events, audit }: Platform, engine: Engine, log: Log): WiredHistory {
  const retention = createRetention({ database, audit });
  const runs = createRunKeeping({ database, events, forget: forgetRuns, now: () => new Date() });
  return {
    handlers: historyHandlers({ history: createRunHistory(database), retention, engine }),
    sweep: createSweep({ database, audit, retention, runs, log }),
  };
}

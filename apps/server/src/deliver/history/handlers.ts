import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Engine, RunHistory } from "../../engine/api.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Retention } from "./api.ts";
import { replayRun } from "./replay-run.ts";

export type HistoryDependencies = {
  history: RunHistory;
  retention: Retention;
  engine: Pick<Engine, "get" | "remove">;
};

export function historyHandlers({ history, retention, engine }: HistoryDependencies): Handlers {
  return {
    getExecutionHistory: async ({ params, query }) => {
      const steps = await history.stepsOf(params.execution);
      if (steps.length === 0) {
        const found = await engine.get(params.execution);
        const text =
          found === null
            ? `There is no execution ${params.execution}. It may have been deleted; list the executions to see those kept.`
            : `Execution ${params.execution} was stored before histories were kept. It can be opened, but not replayed.`;
        throw new GennakerError("not_found", text);
      }
      return replayRun(params.execution, steps, {
        ...(query.at === undefined ? {} : { at: query.at }),
        ...(query.after === undefined ? {} : { after: query.after }),
        ...(query.limit === undefined ? {} : { limit: query.limit }),
      });
    },
    deleteExecution: async ({ params, actor }) => {
      await engine.remove(params.execution, actor);
      return {};
    },
    getRetention: async () => {
      const { server, applications } = await retention.read();
      return { ...server, applications };
    },
    setRetention: async ({ body, actor }) => {
      await retention.set(null, body, actor);
      return (await retention.read()).server;
    },
    getApplicationRetention: ({ params }) => retention.of(params.application),
    setApplicationRetention: async ({ params, body, actor }) => {
      await retention.set(params.application, body, actor);
      return retention.of(params.application);
    },
    deleteApplicationRetention: async ({ params, actor }) => {
      await retention.clear(params.application, actor);
      return retention.of(params.application);
    },
  };
}

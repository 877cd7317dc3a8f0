import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError, type StageType, type TaskContext, type TaskResult } from "../api.ts";

/** Stage types for tests: each does what its context says, and tells `observe` what was done. */
export function testStageTypes(observe: (what: string, context: TaskContext) => void = () => undefined): Map<string, StageType> {
  const types: StageType[] = [
    type("noop", async (context) => {
      observe("run", context);
      return { status: "SUCCEEDED", outputs: { done: context.stage.refId } };
    }),
    type("give", async (context) => {
      observe("run", context);
      const { status, outputs, failure } = context.stage.context as { status?: TaskResult["status"]; outputs?: JsonObject; failure?: string };
      return {
        status: status ?? "SUCCEEDED",
        ...(outputs === undefined ? {} : { outputs }),
        ...(failure === undefined ? {} : { failure: { code: "test.failed", message: failure } }),
      };
    }),
    /** Waits until its context has `go`, or for `ms`. */
    type("hold", async (context) => {
      observe("run", context);
      if (context.stage.context["go"] === true) return { status: "SUCCEEDED", outputs: { went: true } };
      return { status: "RUNNING", retryAfterMs: 60_000, waiting: { code: "test.waits", message: "Waits for go." } };
    }),
    {
      ...type("effect", (context) => new Promise((resolve, reject) => {
        observe("run", context);
        const timer = setTimeout(() => resolve({ status: "SUCCEEDED" }), Number(context.stage.context["ms"] ?? 50));
        context.signal.addEventListener("abort", () => {
          clearTimeout(timer);
          observe("aborted", context);
          reject(new Error("aborted"));
        });
      })),
      cancel: async (context) => {
        observe("cancel", context);
        return { outputs: { undone: true } };
      },
    },
    type("throws", async (context) => {
      observe("run", context);
      throw new Error("it broke");
    }),
    type("flaky", async (context) => {
      observe("run", context);
      throw new TaskError("test.flaky", "Not yet.", { retryable: true });
    }, { backoffMs: 5 }),
    {
      ...type("family", async (context) => {
        observe("run", context);
        return { status: "SUCCEEDED" };
      }),
      before: ({ stage }) => (stage.context["before"] ?? []) as never,
      after: ({ stage }) => (stage.context["after"] ?? []) as never,
      onFailure: ({ stage }) => (stage.context["onFailure"] ?? []) as never,
    },
    type("topic", async (context) => {
      observe("run", context);
      if (context.stage.context["ready"] === true) return { status: "SUCCEEDED" };
      return { status: "RUNNING", retryAfterMs: 600_000, wakeOn: [String(context.stage.context["topic"])] };
    }),
  ];
  return new Map(types.map((each) => [each.type, each]));
}

export function type(name: string, run: (context: TaskContext) => Promise<TaskResult>, more: { backoffMs?: number; timeoutMs?: number } = {}): StageType {
  return {
    type: name,
    description: "A stage of the engine's tests.",
    validate: () => [],
    tasks: () => [{ name: `${name}Task`, run, ...more }],
  };
}

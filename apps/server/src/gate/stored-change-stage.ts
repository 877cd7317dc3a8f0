import type { StageType } from "../engine/api.ts";

/** The type of the stages that stand in a task for changes of stored objects. */
export const storedChange = "storedChange";

/** What of a job its task tells: Deck looks there for what it made. Documents that are long stand where they are stored. */
export const toldFields = ["application", "project", "user", "notification.type"] as const;

/**
 * A change that `/tasks` was asked for and that is done, or was refused, before the task begins: the stage only tells
 * how it ended. `exception` has Orca's form, which its clients read.
 */
export function storedChangeStage(): StageType {
  return {
    type: storedChange,
    description: "Tells how a change of a stored object ended",
    validate: () => [],
    rawFields: ["exception", "refusal", ...toldFields],
    tasks: () => [
      {
        name: "tellOutcome",
        run: async ({ stage }) => {
          const { refusal } = stage.context;
          return typeof refusal === "string"
            ? { status: "TERMINAL", failure: { code: "task.refused", message: refusal } }
            : { status: "SUCCEEDED" };
        },
      },
    ],
  };
}

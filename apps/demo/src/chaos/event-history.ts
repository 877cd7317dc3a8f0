import type { Execution } from "@gennaker/contract/resources/execution.ts";
import type { LiveEvent } from "@gennaker/contract/resources/system.ts";

/**
 * Whether the events of runs tell their stories whole and once: of each run, stage and task the statuses in turn, none
 * told twice over, the last one being what is stored.
 */
export function problemsOfEvents(executions: readonly Execution[], events: readonly LiveEvent[]): string[] {
  return executions.flatMap((execution) => {
    const own = events.filter((event) => event.subject === execution.id);
    const told = (type: string, id: (data: LiveEvent["data"]) => unknown) =>
      Map.groupBy(
        own.filter((event) => event.type === type),
        ({ data }) => String(id(data)),
      );
    const stages = told("stage.status", (data) => data["stageId"]);
    const tasks = told("task.status", (data) => `${String(data["stageId"])}/${String(data["taskId"])}`);
    return [
      ...compare(`execution ${execution.id}`, told("execution.status", () => "").get(""), execution.status),
      ...execution.stages.flatMap((stage) => [
        ...compare(`stage ${stage.name} (${stage.id})`, stages.get(stage.id), stage.status),
        ...stage.tasks.flatMap((task) =>
          compare(`task ${task.name} of stage ${stage.id}`, tasks.get(`${stage.id}/${task.id}`), task.status),
        ),
      ]),
    ];
  });
}

function compare(what: string, events: readonly LiveEvent[] | undefined, stored: string): string[] {
  const statuses = (events ?? []).map(({ data }) => String(data["status"]));
  const last = statuses.at(-1) ?? "NOT_STARTED";
  const problems = last === stored ? [] : [`${what} is ${stored}, but its events end with ${last}`];
  if (statuses.some((status, index) => status === statuses[index + 1]))
    problems.push(`${what} was told twice: ${statuses.join(", ")}`);
  return problems;
}

import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { taskJson } from "./execution-json.ts";
import { existing, limitOf, statusesOf } from "./executions.ts";
import { objectOf } from "./pipelines.ts";
import { createTaskStarter } from "./start-task.ts";

/** Gate's write path: `POST /tasks` with jobs, and reading the task that came of it. */
export function taskRoutes(dependencies: GateDependencies): GateRoute[] {
  const { engine, runs } = dependencies;
  const start = createTaskStarter(dependencies);
  const post: GateRoute["handle"] = async (request) => ({
    body: await start(objectOf(request.body, "a task"), request.bodyText, request.actor),
  });
  const get: GateRoute["handle"] = async ({ params }) => ({
    body: taskJson(await existing(engine, params["id"] ?? "")),
  });
  const cancel: GateRoute["handle"] = async ({ params, actor }) => {
    await engine.cancel((await existing(engine, params["id"] ?? "")).id, null, actor);
    return { body: {} };
  };

  return [
    { method: "POST", path: "/tasks", document: true, handle: post },
    { method: "POST", path: "/applications/:application/tasks", document: true, handle: post },
    { method: "GET", path: "/tasks/:id", handle: get },
    { method: "GET", path: "/applications/:application/tasks/:id", handle: get },
    { method: "PUT", path: "/tasks/:id/cancel", handle: cancel },
    { method: "PUT", path: "/applications/:application/tasks/:id/cancel", handle: cancel },
    {
      method: "PUT",
      path: "/tasks/cancel",
      handle: async ({ query, actor }) => {
        for (const id of (query["ids"] ?? "").split(",").filter(Boolean))
          await engine.cancel((await existing(engine, id)).id, null, actor);
        return { body: {} };
      },
    },
    {
      method: "DELETE",
      path: "/tasks/:id",
      handle: async ({ params, actor }) => {
        await engine.remove((await existing(engine, params["id"] ?? "")).id, actor);
        return { body: {} };
      },
    },
    {
      method: "GET",
      path: "/applications/:application/tasks",
      handle: async ({ params, query }) => {
        const limit = limitOf(query["limit"], 25);
        const page = Math.max(1, Math.min(Number.parseInt(query["page"] ?? "1", 10) || 1, 1_000));
        const statuses = statusesOf(query["statuses"]);
        const ids = await runs.operationIds((params["application"] ?? "").toLowerCase(), limit * page);
        const wanted = ids.slice(limit * (page - 1));
        const found = wanted.length === 0 ? [] : await engine.list({ ids: wanted, limit: wanted.length });
        return { body: found.filter((each) => statuses.length === 0 || statuses.includes(each.status)).map(taskJson) };
      },
    },
  ];
}

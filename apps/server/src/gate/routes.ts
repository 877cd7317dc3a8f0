import type { GateRoute } from "../platform/http/api.ts";
import { applicationRoutes } from "./applications.ts";
import { canaryRoutes } from "./canary.ts";
import type { GateDependencies } from "./deps.ts";
import { executionRoutes } from "./executions.ts";
import { pipelineRoutes } from "./pipelines.ts";
import { taskRoutes } from "./tasks.ts";
import { templateRoutes } from "./templates.ts";

/** Every Gate and Kayenta path that is answered. */
export function gateRoutes(dependencies: GateDependencies): GateRoute[] {
  return [
    ...applicationRoutes(dependencies),
    ...pipelineRoutes(dependencies),
    ...executionRoutes(dependencies),
    ...taskRoutes(dependencies),
    ...canaryRoutes(dependencies),
    ...templateRoutes(dependencies),
  ];
}

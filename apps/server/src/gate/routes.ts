import type { GateRoute } from "../platform/http/api.ts";
import { absentRoutes } from "./absent.ts";
import { applicationRoutes } from "./applications.ts";
import { canaryRunRoutes } from "./canaries.ts";
import { canaryRoutes } from "./canary.ts";
import type { GateDependencies } from "./deps.ts";
import { executionSearchRoutes } from "./execution-search.ts";
import { executionRoutes } from "./executions.ts";
import { expressionRoutes } from "./expressions.ts";
import { featureRoutes } from "./features.ts";
import { infrastructureRoutes } from "./infrastructure.ts";
import { manifestRoutes } from "./manifests.ts";
import { notificationRoutes } from "./notifications.ts";
import { pipelineConfigRoutes } from "./pipeline-configs.ts";
import { pipelineRoutes } from "./pipelines.ts";
import { projectRoutes } from "./projects.ts";
import { searchRoutes } from "./search.ts";
import { strategyRoutes } from "./strategies.ts";
import { taskRoutes } from "./tasks.ts";
import { firstTemplateRoutes } from "./templates-v1.ts";
import { templateRoutes } from "./templates.ts";

/** Every Gate and Kayenta path that is answered. */
export function gateRoutes(dependencies: GateDependencies): GateRoute[] {
  return [
    ...applicationRoutes(dependencies),
    ...infrastructureRoutes(dependencies),
    ...manifestRoutes(dependencies),
    ...pipelineRoutes(dependencies),
    ...pipelineConfigRoutes(dependencies),
    ...strategyRoutes(dependencies),
    ...executionRoutes(dependencies),
    ...executionSearchRoutes(dependencies),
    ...expressionRoutes(dependencies),
    ...taskRoutes(dependencies),
    ...projectRoutes(dependencies),
    ...notificationRoutes(dependencies),
    ...canaryRoutes(dependencies),
    ...canaryRunRoutes(dependencies),
    ...templateRoutes(dependencies),
    ...firstTemplateRoutes(dependencies),
    ...searchRoutes(dependencies),
    ...featureRoutes(dependencies),
    ...absentRoutes(),
  ];
}

import { absentRoutes } from "./absent.ts";
import type { Permission } from "@gennaker/contract/permission.ts";
import { lists, need, needs, signedIn } from "@gennaker/contract/permission.ts";

const inApplication = "params.application";
const run = "execution:params.id";
const readApplication = needs(`read application ${inApplication}`);
const runExecution = needs(`execute application ${run}`);
const sharedNeeds = [need("read shared")];
const readShared: Permission = { needs: sharedNeeds };
const writeShared = needs("write shared");
const jobs: Permission = { needs: [], jobs: true };

/** What each of Gate's paths asks of the caller, by method and path. What is not named is for administrators only. */
export const gatePermissions: Readonly<Record<string, Permission>> = {
  "GET /version": signedIn,
  "GET /auth/user": signedIn,
  "GET /auth/user/serviceAccounts": signedIn,
  "GET /credentials": lists("name", { kind: "account" }),
  "GET /credentials/:account": needs("read account params.account"),

  "GET /applications": lists("name"),
  "GET /applications/:application": readApplication,
  "GET /applications/:application/history": readApplication,
  "GET /applications/:application/clusters": readApplication,
  "GET /applications/:application/clusters/:account": readApplication,
  "GET /applications/:application/clusters/:account/:cluster": readApplication,
  "GET /applications/:application/clusters/:account/:cluster/:provider/:scope/serverGroups/target/:target":
    readApplication,
  "GET /applications/:application/clusters/:account/:cluster/serverGroups": readApplication,
  "GET /applications/:application/clusters/:account/:cluster/serverGroups/:name": readApplication,
  "GET /applications/:application/executions/search": lists("application", {
    needs: [`read application ${inApplication}?`],
  }),
  "GET /applications/:application/functions": readApplication,
  "GET /applications/:application/loadBalancers": readApplication,
  "GET /applications/:application/pipelineConfigs": readApplication,
  "GET /applications/:application/pipelineConfigs/:name": readApplication,
  "POST /applications/:application/pipelineConfigs/:name": needs(`execute application ${inApplication}`),
  "GET /applications/:application/pipelines": readApplication,
  "PUT /applications/:application/pipelines/:id/cancel": runExecution,
  "GET /applications/:application/rawResources": readApplication,
  "GET /applications/:application/serverGroupManagers": readApplication,
  "GET /applications/:application/serverGroups": readApplication,
  "GET /applications/:application/serverGroups/:account/:region/:name": needs(
    `read application ${inApplication}`,
    "read application serverGroup:params.name",
  ),
  "GET /applications/:application/snapshots/:account/history": readApplication,
  "GET /applications/:application/strategyConfigs": readApplication,
  "GET /applications/:application/strategyConfigs/:name": readApplication,
  "GET /applications/:application/tasks": readApplication,
  "POST /applications/:application/tasks": jobs,
  "GET /applications/:application/tasks/:id": needs(`read application ${run}`),
  "PUT /applications/:application/tasks/:id/cancel": runExecution,

  "GET /pipelineConfigs": lists("application"),
  "POST /pipelineConfigs/:id": needs("execute application pipeline:params.id"),
  "GET /pipelineConfigs/:id/convertToTemplate": needs("read application pipeline:params.id"),
  "GET /pipelineConfigs/:id/history": needs("read application pipeline:params.id"),
  "POST /actions/pipelines/reorder": needs("write application body.application"),
  "POST /actions/strategies/reorder": needs("write application body.application"),
  "POST /pipelines": needs("write application body.application", "write application pipeline:body.id?"),
  "PUT /pipelines/:id": needs("write application pipeline:params.id", "write application body.application"),
  "POST /pipelines/move": needs("write application body.application"),
  "POST /pipelines/bulksave": needs("write application body.*.application", "write application pipeline:body.*.id?"),
  "POST /pipelines/start": needs("execute application body.application"),
  "POST /pipelines/:application/:name": needs(`execute application ${inApplication}`),
  "POST /pipelines/v2/:application/:name": needs(`execute application ${inApplication}`),
  "DELETE /pipelines/:application/:name": needs(`write application ${inApplication}`),
  "GET /strategyConfigs": lists("application"),
  "GET /strategyConfigs/:id/history": needs("read application strategy:params.id"),
  "POST /strategies": needs("write application body.application", "write application strategy:body.id?"),
  "PUT /strategies/:id": needs("write application strategy:params.id", "write application body.application"),
  "POST /strategies/move": needs("write application body.application"),
  "DELETE /strategies/:application/:name": needs(`write application ${inApplication}`),

  "GET /executions": lists("application"),
  "GET /pipelines/:id": needs(`read application ${run}`),
  "DELETE /pipelines/:id": needs(`write application ${run}`),
  "PUT /pipelines/:id/cancel": runExecution,
  "PUT /pipelines/:id/pause": runExecution,
  "PUT /pipelines/:id/resume": runExecution,
  "PATCH /pipelines/:id/stages/:stage": { needs: [need(`execute application ${run}`)], judges: true },
  "PUT /pipelines/:id/stages/:stage/restart": runExecution,
  "GET /pipelines/:id/evaluateExpression": needs(`read application ${run}`),
  "POST /pipelines/:id/evaluateExpression": needs(`read application ${run}`),
  "GET /pipelines/:id/:stage/evaluateExpression": needs(`read application ${run}`),
  "POST /pipelines/:id/evaluateVariables": needs(`read application ${run}`),
  "POST /tasks": jobs,
  "GET /tasks/:id": needs(`read application ${run}`),
  "PUT /tasks/:id/cancel": runExecution,
  "PUT /tasks/cancel": needs("execute application execution:query.ids"),
  "DELETE /tasks/:id": needs(`write application ${run}`),

  "GET /serverGroups": lists("name", { moniker: true }),
  "GET /instances/:account/:region/:id": needs("read account params.account", "read application instance:params.id"),
  "GET /instances/:account/:region/:id/console": needs(
    "read account params.account",
    "read application instance:params.id",
  ),
  "GET /manifests/:account/:location/:name": needs(
    "read account params.account",
    "read application object:params.name",
  ),
  "GET /loadBalancers": lists("name", { moniker: true }),
  "GET /loadBalancers/:name": needs("read application serverGroup:params.name"),
  "GET /loadBalancers/:account/:region/:name": needs(
    "read account params.account",
    "read application serverGroup:params.name",
  ),
  // The search itself leaves out what may not be read.
  "GET /search": signedIn,

  "GET /projects": readShared,
  "GET /projects/:id": readShared,
  "GET /projects/:id/clusters": readShared,
  "GET /projects/:id/pipelines": { needs: sharedNeeds, shows: { by: "application" } },
  "GET /notifications/:type/:application": readApplication,
  "POST /notifications/:type/:application": needs(`write application ${inApplication}`),
  "DELETE /notifications/:type/:application": needs(`write application ${inApplication}`),

  "GET /v2/canaryConfig": lists("applications"),
  "POST /v2/canaryConfig": needs("write application canaryConfig:body.id?", "write application body.applications.*?"),
  "GET /v2/canaryConfig/:id": needs("read application canaryConfig:params.id"),
  "PUT /v2/canaryConfig/:id": needs(
    "write application canaryConfig:params.id",
    "write application body.applications.*?",
  ),
  "DELETE /v2/canaryConfig/:id": needs("write application canaryConfig:params.id"),
  "POST /v2/canaries/canary": needs("execute application query.application"),
  "POST /v2/canaries/canary/:id": needs(
    "read application canaryConfig:params.id",
    "execute application query.application",
  ),
  "GET /v2/canaries/canary/:id": needs("read application canaryRun:params.id"),
  "GET /v2/canaries/canary/:config/:id": needs("read application canaryRun:params.id"),
  "GET /v2/canaries/:application/executions": readApplication,
  "GET /v2/canaries/metricSetPairList/:id": needs("read application canaryRun:params.id"),
  "GET /v2/canaries/credentials": signedIn,
  "GET /v2/canaries/judges": signedIn,
  "GET /v2/canaries/metadata/metricsService": signedIn,

  "GET /pipelineTemplates": readShared,
  "POST /pipelineTemplates": writeShared,
  "GET /pipelineTemplates/resolve": readShared,
  "GET /pipelineTemplates/:id": readShared,
  "POST /pipelineTemplates/:id": writeShared,
  "DELETE /pipelineTemplates/:id": writeShared,
  "GET /pipelineTemplates/:id/dependents": { needs: sharedNeeds, shows: { by: "application" } },
  "GET /v2/pipelineTemplates": readShared,
  "GET /v2/pipelineTemplates/versions": readShared,
  "POST /v2/pipelineTemplates/plan": readShared,
  "POST /v2/pipelineTemplates/create": writeShared,
  "POST /v2/pipelineTemplates/update/:id": writeShared,
  "GET /v2/pipelineTemplates/:id": readShared,
  "GET /v2/pipelineTemplates/:id/dependents": { needs: sharedNeeds, shows: { by: "application" } },
  "DELETE /v2/pipelineTemplates/:id": writeShared,

  "PUT /artifacts/fetch": needs("execute shared"),
  "GET /cron/validate": signedIn,
  "GET /capabilities/expressions": signedIn,
  "GET /features/stages": signedIn,
  "GET /webhooks/preconfigured": signedIn,
  "GET /jobs/preconfigured": signedIn,
  "GET /artifacts/credentials": signedIn,
  "GET /artifacts/account/:account/names": signedIn,
  "GET /artifacts/account/:account/versions": signedIn,
  // Where there is nothing of a kind there is nothing to hide, but for whose application it is.
  ...Object.fromEntries(
    absentRoutes().map(({ method, path }) => [
      `${method} ${path}`,
      path.includes("/:application") ? readApplication : signedIn,
    ]),
  ),
};

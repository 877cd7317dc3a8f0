import { auditOutcomes } from "@gennaker/contract/resources/audit.ts";
import { verbs } from "@gennaker/contract/permission.ts";
import type { Execution } from "@gennaker/contract/resources/execution.ts";
import { statuses } from "@gennaker/contract/resources/execution.ts";
import type { RouteName } from "@gennaker/contract/routes.ts";
import { z } from "zod";
import type { Given, Tool } from "./api.ts";
import { explainExecution, summaryOf } from "./explain-execution.ts";
import { page } from "./page.ts";
import { requestFor } from "./request.ts";

const text = (about: string) => z.string().min(1).max(2_000).describe(about);
const application = text("the application's name");
const execution = text("the execution's id");
const offset = z
  .number()
  .int()
  .min(0)
  .optional()
  .describe("from which entry on; answers tell nextOffset when there is more");
const pointer = z
  .string()
  .max(2_000)
  .optional()
  .describe("JSON pointer of the part to read, where the whole is too long");

type Reading = {
  name: string;
  title: string;
  description: string;
  input: z.ZodRawShape;
  route: RouteName;
  /** What is said where none is given. */
  preset?: Given;
  /** What is told of the answer; default: all of it. */
  tell?(answer: unknown): unknown;
};

/** A tool that asks one route and tells its answer, cut to a size that can be read. */
function reading({ route, preset = {}, tell = (answer) => answer, ...tool }: Reading): Tool {
  return {
    ...tool,
    changes: false,
    input: { ...tool.input, offset, pointer },
    routes: [route],
    async run({ offset: from, pointer: part, ...given }, ask) {
      const answer = await ask(requestFor(route, { ...preset, ...given }));
      return page(tell(answer), { offset: from as number | undefined, pointer: part as string | undefined });
    },
  };
}

/** What an assistant may read: the same that the caller may read over the own API. */
export const readTools: readonly Tool[] = [
  reading({
    name: "who_am_i",
    title: "Who am I",
    description: "Who is calling, with which roles, and what that allows.",
    input: {},
    route: "whoAmI",
  }),
  reading({
    name: "list_applications",
    title: "List applications",
    description: "All applications with their last runs and numbers of pipelines and server groups.",
    input: {},
    route: "listApplications",
  }),
  reading({
    name: "list_pipelines",
    title: "List pipelines",
    description: "An application's pipelines: ids, names, parameters and stages.",
    input: { application },
    route: "listPipelines",
  }),
  reading({
    name: "get_pipeline",
    title: "Get a pipeline",
    description: "One pipeline with its whole document.",
    input: { pipeline: text("the pipeline's id") },
    route: "getPipeline",
  }),
  reading({
    name: "dry_run_pipeline",
    title: "Dry run of a pipeline",
    description: "What a run would do with these parameters, stage by stage, without doing any of it.",
    input: {
      application,
      pipeline: text("the pipeline's id"),
      parameters: z.record(z.string(), z.unknown()).optional(),
    },
    route: "dryRunPipeline",
  }),
  reading({
    name: "list_executions",
    title: "List executions",
    description: "Runs, newest first.",
    input: {
      application: application.optional(),
      statuses: text(`only in these states, with commas: ${statuses.join(", ")}`).optional(),
      limit: z.number().int().min(1).max(100).optional(),
    },
    route: "listExecutions",
    preset: { limit: 25 },
    tell: (answer) => (answer as Execution[]).map(summaryOf),
  }),
  reading({
    name: "get_execution",
    title: "Get an execution",
    description: "One run with its stages, their contexts, outputs and tasks.",
    input: { execution },
    route: "getExecution",
  }),
  reading({
    name: "explain_execution",
    title: "Explain an execution",
    description: "Why a run is as it is: what failed and why, what waits and for what. Ask this before get_execution.",
    input: { execution },
    route: "getExecution",
    tell: (answer) => explainExecution(answer as Execution),
  }),
  reading({
    name: "list_canary_results",
    title: "List canary results",
    description: "The judgements of one canary stage of a run: scores, verdicts and metrics.",
    input: { execution, stage: text("the refId or id of the stage of type kayentaCanary") },
    route: "listCanaryRuns",
  }),
  reading({
    name: "list_clusters",
    title: "List clusters",
    description: "An application's clusters with their server groups, health in words, sizes and traffic.",
    input: { application },
    route: "listClusters",
  }),
  reading({
    name: "list_load_balancers",
    title: "List load balancers",
    description: "An application's load balancers, and how their traffic is divided.",
    input: { application },
    route: "listLoadBalancers",
  }),
  reading({
    name: "list_accounts",
    title: "List accounts",
    description: "Places that can be deployed to, and whether they can be reached.",
    input: {},
    route: "listAccounts",
  }),
  reading({
    name: "search_audit",
    title: "Search the audit",
    description: "Who did what, newest first. For older entries ask again with the id of the last one as `before`.",
    input: {
      application: application.optional(),
      actor: text("only by this person").optional(),
      action: text("only this, e.g. pipeline.update; pipeline.* for all of a kind").optional(),
      resource: text("only about this, e.g. pipeline/ID").optional(),
      outcome: z.enum(auditOutcomes).optional(),
      from: z.iso.datetime({ offset: true }).optional(),
      to: z.iso.datetime({ offset: true }).optional(),
      text: z.string().min(1).max(200).optional(),
      before: z.number().int().min(0).optional(),
      limit: z.number().int().min(1).max(100).optional(),
    },
    route: "listAudit",
    preset: { limit: 25 },
  }),
  reading({
    name: "explain_access",
    title: "Explain access",
    description: "Whether somebody may do something, and by which rule.",
    input: {
      verb: z.enum(verbs),
      resource: text("e.g. application/shop, account/prod, audit"),
      user: text("default: who asks").optional(),
    },
    route: "explainAccess",
  }),
];

import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";

/** Front50's project: its name, and what people look at together. Unknown fields are kept. */
export const projectDocument = z.looseObject({
  id: z.string().nullable().optional().describe("of the project to replace; without one a new project is made"),
  name: z.string().describe("given once, whatever its case"),
  email: z.string().nullable().optional(),
  config: z
    .looseObject({
      applications: z.array(z.string()).nullable().optional(),
      clusters: z.array(z.looseObject({})).nullable().optional(),
      pipelineConfigs: z
        .array(z.looseObject({ pipelineConfigId: z.string() }))
        .nullable()
        .optional(),
    })
    .nullable()
    .optional(),
});

export const project = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  applications: z.array(z.string()),
  pipelineIds: z.array(z.string()).describe("the pipelines it shows, in its order"),
  createdAt: time,
  updatedAt: time,
  lastModifiedBy: z.string(),
  /** The document as saved. */
  document: z.record(z.string(), z.unknown()),
});
export type Project = z.infer<typeof project>;

export const projectRoutes = defineRoutes({
  listProjects: {
    method: "GET",
    path: "/projects",
    tag: "projects",
    summary: "All projects",
    response: z.array(project),
  },
  getProject: {
    method: "GET",
    path: "/projects/:project",
    tag: "projects",
    summary: "One project by id or name",
    response: project,
  },
  saveProject: {
    method: "POST",
    path: "/projects",
    tag: "projects",
    summary: "Create or replace a project (Front50's JSON)",
    document: true,
    body: projectDocument,
    response: project,
  },
  deleteProject: {
    method: "DELETE",
    path: "/projects/:project",
    tag: "projects",
    summary: "Delete a project; its applications and pipelines stay",
    response: z.object({}),
  },
});

import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Project } from "@gennaker/contract/resources/project.ts";
import type { Handlers } from "../../platform/http/api.ts";
import { parseExact } from "../../platform/values/exact-numbers.ts";
import type { Projects, StoredProject } from "./api.ts";
import { applicationsOf, pipelineIdsOf } from "./api.ts";

export function projectHandlers(projects: Projects): Handlers {
  return {
    listProjects: async () => (await projects.list()).map(toResource),
    getProject: async ({ params }) => {
      const found = await projects.get(params.project);
      if (found) return toResource(found);
      throw new GennakerError("not_found", `There is no project ${params.project}. List the projects to see them.`);
    },
    saveProject: async ({ body, bodyText, actor }) =>
      toResource(await projects.save(body as JsonObject, actor, bodyText)),
    deleteProject: async ({ params, actor }) => {
      await projects.remove(params.project, actor);
      return {};
    },
  };
}

function toResource(stored: StoredProject): Project {
  const { email } = stored.document;
  return {
    id: stored.id,
    name: stored.name,
    email: typeof email === "string" ? email : null,
    applications: applicationsOf(stored.document),
    pipelineIds: pipelineIdsOf(stored.document),
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
    lastModifiedBy: stored.lastModifiedBy,
    document: parseExact(stored.text) as JsonObject,
  };
}

import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, serverFlags } from "../../command.ts";

const project = argument.required("PROJECT", "The project's name or id");

export const projectRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List projects",
      examples: ["project list", "projects list --json"],
      parameters: { flags: serverFlags },
      load: () => import("./handlers.ts").then((module) => module.listProjects),
    }),
    get: command({
      brief: "Print a project's document (with --json the whole resource)",
      examples: ["project get Payments"],
      parameters: { flags: serverFlags, positional: { kind: "tuple", parameters: [project] } },
      load: () => import("./handlers.ts").then((module) => module.getProject),
    }),
    save: command({
      brief: "Create or replace a project from a file",
      about: "The file is Front50's JSON (or the same as YAML). Without an id, the project of that name is replaced.",
      examples: ["project save --file payments.json", "project get Payments | gennaker project save --file -"],
      parameters: {
        flags: {
          ...serverFlags,
          file: {
            kind: "parsed",
            parse: String,
            brief: "JSON or YAML document; - is standard input",
            placeholder: "FILE",
          },
          name: flag.text("Save under this name, whatever the file says", "NAME"),
          email: flag.text("Whom to ask, whatever the file says", "ADDRESS"),
        },
        aliases: { f: "file" },
      },
      load: () => import("./handlers.ts").then((module) => module.saveProject),
    }),
    pipelines: command({
      brief: "List the newest run of each pipeline that a project shows",
      examples: ["project pipelines Payments", "project get-pipelines Payments --json"],
      parameters: { flags: serverFlags, positional: { kind: "tuple", parameters: [project] } },
      load: () => import("./handlers.ts").then((module) => module.listProjectPipelines),
    }),
    delete: command({
      brief: "Delete a project; its applications and pipelines stay",
      examples: ["project delete Payments --yes"],
      parameters: {
        flags: { ...serverFlags, yes: flag.yes("Do not ask") },
        positional: { kind: "tuple", parameters: [project] },
      },
      load: () => import("./handlers.ts").then((module) => module.deleteProject),
    }),
  },
  aliases: { "get-pipelines": "pipelines" },
  docs: { brief: "Projects" },
});

import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, serverFlags } from "../../command.ts";
import { proposeApplications } from "../../completion/propose.ts";

const name = argument.required("APPLICATION", "The application's name", proposeApplications);

export const applicationRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List applications with what runs in them",
      examples: ["application list", "applications list --json"],
      parameters: { flags: serverFlags },
      load: () => import("./handlers.ts").then((module) => module.listApplications),
    }),
    get: command({
      brief: "Show one application",
      examples: ["application get shop"],
      parameters: { flags: serverFlags, positional: { kind: "tuple", parameters: [name] } },
      load: () => import("./handlers.ts").then((module) => module.getApplication),
    }),
    save: command({
      brief: "Create or change an application",
      about: "What is not named stays as it is. A file gives the whole document; flags win over it.",
      examples: ["application save shop --email shop@example.com", "application save shop --file shop.json"],
      parameters: {
        flags: {
          ...serverFlags,
          email: flag.text("Whom to ask", "ADDRESS"),
          description: flag.text("What it is", "TEXT"),
          file: flag.text("JSON or YAML document; - is standard input", "FILE"),
        },
        positional: { kind: "tuple", parameters: [name] },
      },
      load: () => import("./handlers.ts").then((module) => module.saveApplication),
    }),
    delete: command({
      brief: "Delete an application that runs nothing",
      examples: ["application delete shop --yes"],
      parameters: {
        flags: { ...serverFlags, yes: flag.yes("Do not ask") },
        positional: { kind: "tuple", parameters: [name] },
      },
      load: () => import("./handlers.ts").then((module) => module.deleteApplication),
    }),
  },
  docs: { brief: "Applications" },
});

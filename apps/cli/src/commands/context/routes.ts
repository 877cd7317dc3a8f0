import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, jsonFlag } from "../../command.ts";
import { proposeContexts } from "../../completion/propose.ts";

const name = argument.required("NAME", "The context's name", proposeContexts);
const one = { kind: "tuple", parameters: [name] } as const;
const load = () => import("./handlers.ts");

export const contextRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List the servers known by name",
      examples: ["context list"],
      parameters: { flags: { json: jsonFlag } },
      load: () => load().then((module) => module.listContexts),
    }),
    use: command({
      brief: "Turn to this server from now on",
      examples: ["context use production"],
      parameters: { flags: { json: jsonFlag }, positional: one },
      load: () => load().then((module) => module.useContext),
    }),
    set: command({
      brief: "Remember a server under a name; the first one is used from then on",
      examples: ["context set production --server https://gennaker.example.com --user kim"],
      parameters: {
        flags: {
          json: jsonFlag,
          server: flag.text("Its address", "URL"),
          user: flag.text("Name to act under there", "NAME"),
        },
        positional: one,
      },
      load: () => load().then((module) => module.setContext),
    }),
    delete: command({
      brief: "Forget a server",
      examples: ["context delete production"],
      parameters: { flags: { json: jsonFlag }, positional: one },
      load: () => load().then((module) => module.deleteContext),
    }),
  },
  docs: { brief: "Servers known by name ($XDG_CONFIG_HOME/gennaker/config.yaml)" },
});

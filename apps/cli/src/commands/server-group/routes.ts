import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, serverFlags } from "../../command.ts";
import { proposeServerGroups } from "../../completion/propose.ts";
import { followFlags } from "../execution/flags.ts";

const group = argument.required(
  "SERVER_GROUP",
  "Its name, or ACCOUNT/REGION/NAME where several have it",
  proposeServerGroups,
);
const one = { kind: "tuple", parameters: [group] } as const;
const changeFlags = {
  ...serverFlags,
  ...followFlags,
  detach: flag.yes("Only start it; do not follow it to its end"),
  reason: flag.text("Why, for those who look at it later", "TEXT"),
};
const load = () => import("./change.ts");
const followed =
  "Runs as an operation that is followed live: exit code 0 when it SUCCEEDED. A refusal (a traffic guard, say) is shown with its reason.";

export const serverGroupRoutes = buildRouteMap({
  routes: {
    get: command({
      brief: "Show a server group with its instances and its share of the traffic",
      examples: ["server-group get shop-web-v003"],
      parameters: { flags: serverFlags, positional: one },
      load: () => import("./get.ts").then((module) => module.getServerGroup),
    }),
    resize: command({
      brief: "Change how many instances a server group has",
      about: followed,
      examples: ["server-group resize shop-web-v003 4", "server-group resize shop-web-v003 4 --min 2 --max 8"],
      parameters: {
        flags: { ...changeFlags, min: flag.count("Never fewer"), max: flag.count("Never more") },
        positional: { kind: "tuple", parameters: [group, argument.optional("SIZE", "Number of instances wished for")] },
      },
      load: () => load().then((module) => module.resizeServerGroup),
    }),
    enable: command({
      brief: "Put a server group into its load balancers",
      about: followed,
      examples: ["server-group enable shop-web-v002"],
      parameters: { flags: changeFlags, positional: one },
      load: () => load().then((module) => module.enableServerGroup),
    }),
    disable: command({
      brief: "Take a server group out of its load balancers; its instances go on running",
      about: followed,
      examples: ["server-group disable shop-web-v003 --reason 'errors since noon'"],
      parameters: { flags: changeFlags, positional: one },
      load: () => load().then((module) => module.disableServerGroup),
    }),
    destroy: command({
      brief: "Stop a server group's instances and remove it",
      about: followed,
      examples: ["server-group destroy shop-web-v001 --yes"],
      parameters: { flags: { ...changeFlags, yes: flag.yes("Do not ask") }, positional: one },
      load: () => load().then((module) => module.destroyServerGroup),
    }),
    rollback: command({
      brief: "Bring an earlier server group back in place of this one",
      about: `The earlier one is grown and enabled before this one is disabled. ${followed}`,
      examples: ["server-group rollback shop-web-v003", "server-group rollback shop-web-v003 --to shop-web-v001"],
      parameters: {
        flags: {
          ...changeFlags,
          to: flag.text("The one to bring back (default: the newest before it)", "SERVER_GROUP"),
        },
        positional: one,
      },
      load: () => load().then((module) => module.rollbackServerGroup),
    }),
    logs: command({
      brief: "Print what a server group's instances wrote",
      examples: [
        "server-group logs shop-web-v003 --follow",
        "server-group logs shop-web-v003 shop-web-v003-1 --tail 50",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          tail: flag.count("Begin with the last N lines (default 200)"),
          follow: flag.yes("Go on as more is written, until Ctrl-C"),
        },
        aliases: { f: "follow" },
        positional: {
          kind: "tuple",
          parameters: [group, argument.optional("INSTANCE", "Only this instance: its id or the id's end")],
        },
      },
      load: () => import("./logs.ts").then((module) => module.showLogs),
    }),
  },
  docs: { brief: "Server groups: one version of a service, and its instances" },
});

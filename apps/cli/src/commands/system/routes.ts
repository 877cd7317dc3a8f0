import { buildRouteMap } from "@stricli/core";
import { command, flag, jsonFlag, serverFlags } from "../../command.ts";
import { proposeApplications } from "../../completion/propose.ts";

const load = () => import("./handlers.ts");

export const accountRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List the accounts that can be deployed to",
      examples: ["account list"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.listAccounts),
    }),
  },
  docs: { brief: "Accounts: places to deploy to" },
});

export const systemCommand = command({
  brief: "Show the server's version and state",
  examples: ["system"],
  parameters: { flags: serverFlags },
  load: () => load().then((module) => module.showSystem),
});

export const eventsCommand = command({
  brief: "Follow what happens, until Ctrl-C",
  about:
    "Connects again by itself after a lost connection and then shows what was missed. With --json one event a line.",
  examples: ["events --application shop", "events --json | jq 'select(.type == \"execution.status\")'"],
  parameters: {
    flags: {
      ...serverFlags,
      application: { ...flag.text("Only of this application", "NAME"), proposeCompletions: proposeApplications },
      subject: flag.text("Only about this id: an execution, a server group, …", "ID"),
    },
  },
  load: () => import("./events.ts").then((module) => module.showEvents),
});

export const versionCommand = command({
  brief: "Show the versions of this program and of the server",
  examples: ["version"],
  parameters: { flags: serverFlags },
  load: () => load().then((module) => module.showVersion),
});

export const serveCommand = command({
  brief: "Run the server",
  about: "Flags win over GENNAKER_… variables, these over gennaker.yaml. SIGTERM and Ctrl-C let running steps finish.",
  examples: ["serve", "serve --data ./data --port 0"],
  parameters: {
    flags: {
      json: jsonFlag,
      data: flag.text("Everything it keeps (default $XDG_DATA_HOME/gennaker, as root /var/lib/gennaker)", "DIR"),
      port: flag.text("Main port (default 8084; 0: any free one)", "N"),
      host: flag.text("Loopback address to listen on (default 127.0.0.1)", "ADDRESS"),
      role: flag.text("api, worker, controller, collector, comma-separated (default all)", "ROLES"),
      databaseUrl: flag.text("Use this PostgreSQL instead of the embedded one (also DATABASE_URL)", "URL"),
      allowedHosts: flag.text("Names besides loopback that it is reached by, comma-separated", "NAMES"),
      timezone: flag.text("Default UTC", "ZONE"),
      scrapeIntervalMs: flag.text("Milliseconds between looks at the services' metrics (default 1000)", "N"),
      logLevel: flag.text("debug, info, warn or error (default info)", "LEVEL"),
      config: flag.text("Default gennaker.yaml in the current directory", "FILE"),
    },
  },
  load: () => load().then((module) => module.sayHowToServe),
});

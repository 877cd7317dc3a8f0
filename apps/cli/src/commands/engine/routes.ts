import { buildRouteMap } from "@stricli/core";
import { command, flag, serverFlags } from "../../command.ts";
import { proposeApplications } from "../../completion/propose.ts";

const application = {
  ...flag.text("Only this application's runs", "NAME"),
  proposeCompletions: proposeApplications,
};
const reason = flag.text("Why, for those who look at it later", "TEXT");
const load = () => import("./handlers.ts");

export const engineRoutes = buildRouteMap({
  routes: {
    status: command({
      brief: "Show what is paused, by whom and why",
      examples: ["engine status"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.showPauses),
    }),
    pause: command({
      brief: "Pause all runs, or those of one application",
      about:
        "What runs now ends, nothing further begins, and new runs are held as BUFFERED until it is resumed. It holds for every " +
        "replica and survives a restart.",
      examples: ["engine pause --reason 'database upgrade'", "engine pause --application shop"],
      parameters: { flags: { ...serverFlags, application, reason } },
      load: () => load().then((module) => module.pauseEngine),
    }),
    resume: command({
      brief: "Let runs go on after a pause",
      examples: ["engine resume", "engine resume --application shop"],
      parameters: { flags: { ...serverFlags, application, reason } },
      load: () => load().then((module) => module.resumeEngine),
    }),
  },
  docs: { brief: "The engine as a whole: its pauses" },
});

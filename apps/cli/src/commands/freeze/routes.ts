import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, serverFlags } from "../../command.ts";

const freeze = argument.required("FREEZE", "The calendar's name");
const one = { kind: "tuple", parameters: [freeze] } as const;
const load = () => import("./handlers.ts");

export const freezeRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List freeze calendars and whether they freeze now",
      examples: ["freeze list"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.listFreezes),
    }),
    get: command({
      brief: "Print a freeze calendar",
      examples: ["freeze get 'year end'"],
      parameters: { flags: serverFlags, positional: one },
      load: () => load().then((module) => module.getFreeze),
    }),
    save: command({
      brief: "Create or replace a freeze calendar from a file",
      about:
        'JSON or YAML: periods (a list of {from, to}: "2026-12-20T00:00", "FRIDAY 16:00" or "18:00"), and where wanted application, ' +
        "timezone, holds (stages, or starts), stageTypes, reason.",
      examples: ["freeze save 'year end' --file freeze.yaml"],
      parameters: {
        flags: {
          ...serverFlags,
          file: {
            kind: "parsed",
            parse: String,
            brief: "JSON or YAML document; - is standard input",
            placeholder: "FILE",
          },
        },
        aliases: { f: "file" },
        positional: one,
      },
      load: () => load().then((module) => module.saveFreeze),
    }),
    delete: command({
      brief: "Delete a freeze calendar; what it held goes on",
      examples: ["freeze delete 'year end' --yes"],
      parameters: { flags: { ...serverFlags, yes: flag.yes("Do not ask") }, positional: one },
      load: () => load().then((module) => module.deleteFreeze),
    }),
    except: command({
      brief: "Let an application, a pipeline or an execution through a freeze",
      examples: [
        "freeze except 'year end' execution 01J8ZK5T3V9Q2M7N4R6S8W0XYB --reason 'security fix'",
        "freeze except 'year end' application shop --until 2026-12-24T12:00:00Z --reason 'last release'",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          reason: { kind: "parsed", parse: String, brief: "Why, for the audit trail", placeholder: "TEXT" },
          until: flag.text("ISO 8601 with zone; without it as long as the calendar exists", "TIME"),
        },
        positional: {
          kind: "tuple",
          parameters: [
            freeze,
            argument.required("WHAT", "application, pipeline or execution"),
            argument.required("SUBJECT", "The application's name, or the id of the pipeline or execution"),
          ],
        },
      },
      load: () => load().then((module) => module.exceptFromFreeze),
    }),
    unexcept: command({
      brief: "Take an exception back",
      examples: ["freeze unexcept 'year end' 01J8ZK5T3V9Q2M7N4R6S8W0XYB"],
      parameters: {
        flags: serverFlags,
        positional: { kind: "tuple", parameters: [freeze, argument.required("EXCEPTION", "The exception's id")] },
      },
      load: () => load().then((module) => module.takeExceptionBack),
    }),
  },
  docs: { brief: "Freeze calendars: times in which nothing is deployed" },
});

import { argument, command, flag, serverFlags } from "../../command.ts";
import { gateFlags } from "./gate/flags.ts";

export const importCommand = command({
  brief: "Import documents of Spinnaker from files, a directory, standard input or a running Gate",
  about:
    "Applications, pipelines, strategies, templates, canary configs, projects and notifications, JSON or YAML, one or many in a file. " +
    "Each item is told: imported, repaired, attention, unchanged or refused. The same again changes nothing; what was changed here is " +
    "not overwritten without --overwrite. Ctrl-C stops after the part in work; run the same command again to go on. " +
    "Exits 0 when nothing was refused, 1 otherwise, 130 on Ctrl-C.",
  examples: [
    "import pipelines/ --dry-run",
    "import deploy.json --application shop",
    "import --gate https://gate.example.com --token-env GATE_TOKEN --accounts accounts.yaml",
    "import - < pipelines.jsonl",
  ],
  parameters: {
    flags: {
      ...serverFlags,
      ...gateFlags,
      dryRun: flag.yes("Only tell what would be done"),
      overwrite: flag.yes("Also replace what was changed or made here"),
      accounts: flag.text("YAML or JSON: accounts there, and what they are called here", "FILE"),
      application: flag.text("Of documents that do not say theirs; with --gate: only this one", "NAME"),
      output: flag.text("Write the report, with every note, as JSON", "FILE"),
      state: flag.text("Where --gate keeps how far it has come (default: gennaker-import-HOST.json here)", "FILE"),
      yes: flag.yes("Do not ask how accounts are called here"),
    },
    positional: {
      kind: "array",
      parameter: { ...argument.optional("FILE", "File or directory; - is standard input"), optional: false },
      minimum: 0,
    },
  },
  load: () => import("./run-import.ts").then((module) => module.runImport),
});

export const exportCommand = command({
  brief: "Write everything, or one application's documents, as files that Spinnaker and import read",
  about:
    "Writes applications/NAME/{application,notifications}.json, applications/NAME/{pipelines,strategies,canary-configs}/*.json, and " +
    "templates, projects and other canary configs beside them. What was not changed here comes as it was imported, unless --stored is given.",
  examples: ["export backup/", "export --application shop shop/", "export --stored as-kept/"],
  parameters: {
    flags: {
      ...serverFlags,
      application: flag.text("Only this application's", "NAME"),
      stored: flag.yes("As it is kept here, with repairs, ids and places, instead of as it was imported"),
    },
    positional: { kind: "tuple", parameters: [argument.required("DIR", "Directory; made where there is none")] },
  },
  load: () => import("./run-export.ts").then((module) => module.runExport),
});

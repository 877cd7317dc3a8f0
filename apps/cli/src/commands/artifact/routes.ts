import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, jsonFlag, serverFlags } from "../../command.ts";

const load = () => import("./handlers.ts");

export const artifactRoutes = buildRouteMap({
  routes: {
    accounts: command({
      brief: "List the accounts that artifacts are fetched with",
      examples: ["artifact accounts"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.listArtifactAccounts),
    }),
    types: command({
      brief: "List the types of artifacts with what their fields hold (needs no server)",
      examples: ["artifact types", "artifact types --json"],
      parameters: { flags: { json: jsonFlag } },
      load: () => load().then((module) => module.listArtifactTypes),
    }),
    fetch: command({
      brief: "Fetch an artifact into the store, as a stage would",
      examples: [
        "artifact fetch --type git/repo --reference https://github.com/org/repo.git --version main",
        "artifact fetch --file artifact.json",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          type: flag.text("Its type, e.g. http/file", "TYPE"),
          reference: flag.text("Where it is", "REFERENCE"),
          version: flag.text("Branch, tag, commit or version id", "VERSION"),
          location: flag.text("Path inside a repository", "PATH"),
          account: flag.text("The artifact account to fetch it with", "NAME"),
          file: flag.text("The artifact as JSON or YAML; - is standard input", "FILE"),
        },
      },
      load: () => load().then((module) => module.fetchArtifact),
    }),
    usage: command({
      brief: "Show how full the artifact store is",
      examples: ["artifact usage"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.showUsage),
    }),
    match: command({
      brief: "Say whether an artifact is what an expected artifact describes (needs no server)",
      examples: ["artifact match expected.json artifact.json"],
      parameters: {
        flags: { json: jsonFlag },
        positional: {
          kind: "tuple",
          parameters: [
            argument.required("EXPECTED", "The expected artifact, or its matchArtifact, as JSON or YAML"),
            argument.required("ARTIFACT", "The artifact as JSON or YAML"),
          ],
        },
      },
      load: () => load().then((module) => module.matchArtifact),
    }),
  },
  docs: { brief: "Artifacts: what runs receive, produce and fetch" },
});

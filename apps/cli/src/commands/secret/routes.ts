import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, jsonFlag, serverFlags } from "../../command.ts";

const name = argument.required("NAME", "The secret's name");
const load = () => import("./handlers.ts");

export const secretRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List the secrets that the database keeps, without their values",
      examples: ["secret list"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.listSecrets),
    }),
    set: command({
      brief: "Keep a value under a name; it is read from standard input",
      about:
        "Pipelines refer to it as secret://db/NAME, for the applications and hosts that are named here; without a host only " +
        "the configuration may refer to it. One line break at the end is not part of the value.",
      examples: ["secret set ci-token --application shop --host ci.example.com < token.txt"],
      parameters: {
        flags: {
          ...serverFlags,
          application: flag.texts("Whose pipelines may refer to it (again for more, * for all)", "NAME"),
          host: flag.texts("Where pipelines may send it (again for more, *.domain, * for anywhere)", "HOST"),
          description: flag.text("What it is for", "TEXT"),
        },
        positional: { kind: "tuple", parameters: [name] },
      },
      load: () => load().then((module) => module.setSecret),
    }),
    delete: command({
      brief: "Forget a secret",
      examples: ["secret delete ci-token --yes"],
      parameters: {
        flags: { ...serverFlags, yes: flag.yes("Do not ask") },
        positional: { kind: "tuple", parameters: [name] },
      },
      load: () => load().then((module) => module.deleteSecret),
    }),
    check: command({
      brief: "Say whether a reference can be resolved, and why not",
      examples: ["secret check secret://vault/kv/ci#token"],
      parameters: {
        flags: serverFlags,
        positional: { kind: "tuple", parameters: [argument.required("REFERENCE", "secret://SOURCE/PATH#KEY")] },
      },
      load: () => load().then((module) => module.checkSecret),
    }),
    key: command({
      brief: "Put a new key first into a key file, which is made when there is none",
      about: "All replicas need the same file. Afterwards: gennaker secret rotate, then take the old lines out.",
      examples: ["secret key /var/lib/gennaker/secrets.key"],
      parameters: {
        flags: { json: jsonFlag },
        positional: { kind: "tuple", parameters: [argument.required("FILE", "The server's key file")] },
      },
      load: () => load().then((module) => module.addKey),
    }),
    rotate: command({
      brief: "Encrypt all secrets anew with the first key of the key file",
      examples: ["secret rotate"],
      parameters: { flags: serverFlags },
      load: () => load().then((module) => module.rotateSecrets),
    }),
  },
  docs: { brief: "Secrets that the database keeps, encrypted with the operator's key" },
});

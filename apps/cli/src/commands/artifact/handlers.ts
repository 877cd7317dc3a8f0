import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { matchesArtifact } from "@gennaker/pipeline-model/artifacts/match.ts";
import { artifactTypes } from "@gennaker/pipeline-model/artifacts/types.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import { readDocument } from "../../settings/read-document.ts";

export async function listArtifactAccounts(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const accounts = await client.call("listArtifactAccounts", {});
  show(context, flags, accounts, (print) =>
    print.table(
      [{ title: "NAME" }, { title: "TYPES" }],
      accounts.map(({ name, types }) => [name, types.join(", ")]),
      "There are no artifact accounts.",
    ),
  );
}

export async function listArtifactTypes(context: CliContext, flags: { json?: boolean }): Promise<void> {
  const types = artifactTypes.map(({ type, description, fields, required, account }) => ({
    type,
    description,
    fields,
    required,
    fetched: account !== null,
  }));
  show(context, flags, types, (print) =>
    print.table(
      [{ title: "TYPE" }, { title: "FETCHED" }, { title: "NEEDS" }, { title: "DESCRIPTION", shrinkTo: 12 }],
      types.map(({ type, fetched, required, description }) => [
        type,
        fetched ? "yes" : "",
        required.join(", "),
        description,
      ]),
      "",
    ),
  );
}

type FetchFlags = ServerFlags & {
  type?: string;
  reference?: string;
  version?: string;
  location?: string;
  account?: string;
  file?: string;
};

export async function fetchArtifact(context: CliContext, flags: FetchFlags): Promise<void> {
  const artifact = flags.file === undefined ? {} : await readDocument(context, flags.file);
  const named = { type: flags.type, reference: flags.reference, version: flags.version, location: flags.location };
  for (const [field, value] of Object.entries({ ...named, artifactAccount: flags.account }))
    if (value !== undefined) artifact[field] = value;
  const { type } = artifact;
  if (typeof type !== "string")
    throw usageError("The artifact has no type.", [
      "Give --type, or a --file with one. gennaker artifact types    lists them",
    ]);
  const { client } = await connect(context, flags);
  const found = await client.call("fetchArtifact", { body: { ...artifact, type } });
  show(context, flags, found, (print) => {
    const version = found.artifact["version"];
    print.text(`${found.digest}  ${found.size} bytes${typeof version === "string" ? `  version ${version}` : ""}\n`);
  });
}

export async function showUsage(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const usage = await client.call("getArtifactUsage", {});
  show(context, flags, usage, (print) => {
    print.text(`${usage.contents} contents, ${usage.bytes} of ${usage.limitBytes} bytes\n`);
    print.text(`${usage.pinnedBytes} bytes are held by runs that have not ended\n`);
  });
}

export async function matchArtifact(
  context: CliContext,
  flags: { json?: boolean },
  expectedFile: string,
  artifactFile: string,
): Promise<number> {
  const expected = await readDocument(context, expectedFile);
  const wanted: JsonObject = isJsonObject(expected["matchArtifact"]) ? expected["matchArtifact"] : expected;
  const matches = matchesArtifact(wanted, await readDocument(context, artifactFile));
  show(context, flags, { matches }, (print) => print.text(matches ? "It matches.\n" : "It does not match.\n"));
  return matches ? exitCodes.ok : exitCodes.failed;
}

import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";

export async function listSecrets(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const secrets = await client.call("listSecrets", {});
  show(context, flags, secrets, (print) =>
    print.table(
      [
        { title: "NAME" },
        { title: "APPLICATIONS" },
        { title: "HOSTS" },
        { title: "KEY" },
        { title: "CHANGED BY" },
        { title: "DESCRIPTION", shrinkTo: 8 },
      ],
      secrets.map((secret) => [
        secret.name,
        secret.applications.join(", "),
        secret.hosts.join(", "),
        secret.readable ? secret.keyId : { text: `${secret.keyId} (lost)`, tone: "bad" },
        secret.updatedBy,
        secret.description,
      ]),
      "There are no secrets yet. Keep one:\n  gennaker secret set NAME < FILE",
    ),
  );
}

type SetFlags = ServerFlags & { application?: readonly string[]; host?: readonly string[]; description?: string };

export async function setSecret(context: CliContext, flags: SetFlags, name: string): Promise<void> {
  if (context.stdin.isTTY === true)
    throw usageError("The value is read from standard input, so that it stays out of the shell's history.", [
      `gennaker secret set ${name} < FILE`,
    ]);
  const parts: Buffer[] = [];
  for await (const part of context.stdin) parts.push(Buffer.from(part as Uint8Array));
  const value = Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (value === "") throw usageError("There is nothing on standard input.", [`gennaker secret set ${name} < FILE`]);
  const { client } = await connect(context, flags);
  const body = {
    value,
    description: flags.description ?? "",
    applications: [...(flags.application ?? [])],
    hosts: [...(flags.host ?? [])],
  };
  const secret = await client.call("setSecret", { params: { secret: name }, body });
  show(context, flags, secret, (print) => print.text(`Kept ${name}. Refer to it as secret://db/${name}\n`));
}

export async function deleteSecret(
  context: CliContext,
  flags: ServerFlags & { yes?: boolean },
  name: string,
): Promise<number> {
  if (!(await confirmed(context, flags, `Forget the secret ${name}? What refers to it will fail.`)))
    return exitCodes.failed;
  const { client } = await connect(context, flags);
  await client.call("deleteSecret", { params: { secret: name } });
  show(context, flags, { deleted: name }, (print) => print.text(`Forgot ${name}.\n`));
  return exitCodes.ok;
}

export async function checkSecret(context: CliContext, flags: ServerFlags, reference: string): Promise<number> {
  const { client } = await connect(context, flags);
  const found = await client.call("checkSecret", { query: { reference } });
  show(context, flags, found, (print) =>
    print.text(found.resolves ? "It can be resolved.\n" : `${found.reason ?? ""}\n`),
  );
  return found.resolves ? exitCodes.ok : exitCodes.failed;
}

export async function rotateSecrets(context: CliContext, flags: ServerFlags): Promise<number> {
  const { client } = await connect(context, flags);
  const outcome = await client.call("rotateSecrets", { body: {} });
  show(context, flags, outcome, (print) => {
    print.text(`${outcome.rotated} secrets were encrypted anew with the key ${outcome.keyId}.\n`);
    if (outcome.unreadable.length > 0)
      print.text(`Their keys are lost, set them again: ${outcome.unreadable.join(", ")}\n`);
  });
  return outcome.unreadable.length === 0 ? exitCodes.ok : exitCodes.failed;
}

/** Written beside the file and moved over it: a crash leaves the old keys. */
export async function addKey(context: CliContext, flags: { json?: boolean }, file: string): Promise<void> {
  const before = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new CliError(`${file} cannot be read: ${error.message}.`);
  });
  const next = `${file}.new`;
  try {
    await writeFile(next, `${randomBytes(32).toString("base64")}\n${before}`, { mode: 0o600 });
    await rename(next, file);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${(error as Error).message}.`);
  }
  show(context, flags, { file }, (print) =>
    print.text(
      `${file} has a new first key. Keep a copy of the file; without it the secrets are lost.\nNext:\n  gennaker secret rotate\n`,
    ),
  );
}

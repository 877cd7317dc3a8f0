import { randomUUID } from "node:crypto";
import type { Client } from "@gennaker/client/client.ts";
import type { CanaryConfig } from "@gennaker/contract/resources/canary.ts";
import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { readDocument } from "../../settings/read-document.ts";

export async function listCanaryConfigs(context: CliContext, flags: ServerFlags, application?: string): Promise<void> {
  const { client } = await connect(context, flags);
  const configs = await client.call("listCanaryConfigs", application === undefined ? {} : { query: { application } });
  show(context, flags, configs, (print) =>
    print.table(
      [
        { title: "ID" },
        { title: "NAME", shrinkTo: 10 },
        { title: "METRICS", align: "right" },
        { title: "APPLICATIONS", shrinkTo: 8 },
        { title: "CHANGED" },
      ],
      configs.map(({ id, name, document, applications, updatedAt }) => [
        id,
        name,
        Array.isArray(document["metrics"]) ? document["metrics"].length : 0,
        applications.join(", "),
        ago(updatedAt, Date.now()),
      ]),
      "There are no canary configs. Save one:\n  gennaker canary config save --file FILE",
    ),
  );
}

async function findConfig(client: Client, text: string): Promise<CanaryConfig> {
  const configs = await client.call("listCanaryConfigs", {});
  const found = configs.find((config) => config.id === text);
  const named = configs.filter((config) => config.name === text);
  const chosen = found ?? (named.length === 1 ? named[0] : undefined);
  if (chosen) return chosen;
  throw new CliError(
    named.length > 1
      ? `${named.length} canary configs are called "${text}"; give the id.`
      : `There is no canary config "${text}".`,
    {
      next: (named.length > 1 ? named : configs).map((config) => `${config.id}  ${config.name}`),
    },
  );
}

export async function getCanaryConfig(context: CliContext, flags: ServerFlags, text: string): Promise<void> {
  const { client } = await connect(context, flags);
  const config = await findConfig(client, text);
  show(context, flags, config, (print) => print.text(`${JSON.stringify(config.document, null, 2)}\n`));
}

export async function saveCanaryConfig(
  context: CliContext,
  flags: ServerFlags & { file: string; id?: string },
): Promise<void> {
  const document = await readDocument(context, flags.file);
  const { client } = await connect(context, flags);
  const own = typeof document["id"] === "string" && document["id"] !== "" ? document["id"] : undefined;
  const same = (await client.call("listCanaryConfigs", {})).filter((config) => config.name === document["name"]);
  const id = flags.id ?? own ?? (same.length === 1 ? same[0]?.id : undefined) ?? randomUUID();
  const saved = await client.call("saveCanaryConfig", { params: { canaryConfig: id }, body: document as never });
  show(context, flags, saved, (print) => print.text(`Saved canary config "${saved.name}": ${saved.id}\n`));
}

export async function deleteCanaryConfig(
  context: CliContext,
  flags: ServerFlags & { yes?: boolean },
  text: string,
): Promise<number> {
  const { client } = await connect(context, flags);
  const config = await findConfig(client, text);
  if (!(await confirmed(context, flags, `Delete canary config "${config.name}"?`))) return exitCodes.failed;
  await client.call("deleteCanaryConfig", { params: { canaryConfig: config.id } });
  show(context, flags, { deleted: config.id }, (print) => print.text(`Deleted canary config "${config.name}".\n`));
  return exitCodes.ok;
}

import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { failureOf, usageError } from "../../errors.ts";
import { show } from "../../output/print.ts";
import { renderFields } from "../../output/table.ts";
import { ago } from "../../output/time.ts";
import { connect } from "../../settings/connection.ts";
import { ownVersion } from "../../version.ts";

export async function listAccounts(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const accounts = await client.call("listAccounts", {});
  show(context, flags, accounts, (print) =>
    print.table(
      [
        { title: "NAME" },
        { title: "PROVIDER" },
        { title: "REACHABLE" },
        { title: "REGIONS (ZONES)", shrinkTo: 16 },
        { title: "WHY", shrinkTo: 10 },
      ],
      accounts.map(({ name, cloudProvider, reachable, regions, reason }) => [
        name,
        cloudProvider,
        { text: reachable ? "yes" : "no", tone: reachable ? "good" : "bad" },
        regions.map((region) => `${region.name} (${region.zones.join(", ")})`).join(", "),
        reason,
      ]),
      "No accounts are configured.",
    ),
  );
}

export async function showSystem(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client, server } = await connect(context, flags);
  const system = await client.call("getSystem", {});
  show(context, flags, system, (print) =>
    print.text(
      renderFields(
        [
          ["Server", server],
          ["Version", system.version],
          ["Running since", `${system.startedAt} (${ago(system.startedAt, Date.now())})`],
          ["Roles", system.roles.join(", ")],
          ["Replica", system.replica],
          [
            "Database",
            {
              text: `${system.database.embedded ? "embedded" : "external"}, ${system.database.reachable ? "reachable" : "not reachable"}`,
              tone: system.database.reachable ? "good" : "bad",
            },
          ],
          ["Authentication", system.authentication ? "on" : "off: whoever reaches the port may do anything"],
          ["Time zone", system.timezone],
        ],
        print.style,
      ),
    ),
  );
}

/** The server's version is a question on the side: without an answer this is no failure. */
export async function showVersion(context: CliContext, flags: ServerFlags): Promise<void> {
  const own = ownVersion();
  const { client, server } = await connect(context, flags);
  const asked = await client.call("getSystem", { signal: AbortSignal.timeout(2_000) }).then(
    (system) => ({ version: system.version, error: null }),
    (error: unknown) => ({ version: null, error: failureOf(error, server).message }),
  );
  show(context, flags, { cli: own, server: asked.version, address: server }, (print) => {
    print.text(`gennaker ${own}, Node ${process.versions.node}\n`);
    print.text(asked.version === null ? `server: ${asked.error}\n` : `server ${asked.version} at ${server}\n`);
  });
}

/** The settings of `serve`, which the server's own program reads; here they are only explained. */
type ServeFlags = { json?: boolean } & Partial<
  Record<
    | "data"
    | "port"
    | "host"
    | "role"
    | "databaseUrl"
    | "allowedHosts"
    | "timezone"
    | "scrapeIntervalMs"
    | "logLevel"
    | "config",
    string
  >
>;

export async function sayHowToServe(_context: CliContext, _flags: ServeFlags): Promise<never> {
  throw usageError("The server is started by the program at the top of the checkout.", ["./gennaker serve"]);
}

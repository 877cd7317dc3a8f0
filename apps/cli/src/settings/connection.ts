import type { Client } from "@gennaker/client/client.ts";
import type { ServerFlags } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError, usageError } from "../errors.ts";
import type { Contexts } from "./contexts.ts";
import { tokenFor } from "./credentials.ts";
import { contextsPath, readContexts, serverAddress } from "./contexts.ts";

const defaultServer = "http://127.0.0.1:8084";

export type Address = { server: string; headers: Record<string, string> };
export type Connection = Address & { client: Client };

/** Flags over environment over the context of the configuration file over the default. */
export async function addressFor(context: CliContext, flags: ServerFlags): Promise<Address> {
  const { env } = context.process;
  const wanted = flags.context ?? env["GENNAKER_CONTEXT"];
  const direct = flags.server ?? (flags.context === undefined ? env["GENNAKER_SERVER"] || undefined : undefined);
  const contexts = await readContexts(contextsPath(env));
  const chosen = chooseContext(contexts, wanted, direct !== undefined && flags.context === undefined);
  const server = serverAddress(direct ?? chosen?.server ?? defaultServer);
  context.server = server;
  const user = flags.user ?? (env["GENNAKER_USER"] || chosen?.user);
  const token = tokenFor(server, env);
  return {
    server,
    headers: {
      ...(user === undefined ? {} : { "x-spinnaker-user": headerValue(user) }),
      ...(token === undefined ? {} : { authorization: `Bearer ${tokenValue(token)}` }),
    },
  };
}

function chooseContext(contexts: Contexts, wanted: string | undefined, direct: boolean) {
  if (direct) return undefined;
  const name = wanted || contexts.current;
  if (name === null) return undefined;
  const found = contexts.contexts[name];
  if (found) return found;
  throw new CliError(`There is no context "${name}".`, {
    next: ["gennaker context list    shows those there are", `gennaker context set ${name} --server URL    makes it`],
  });
}

/** HTTP headers carry Latin-1 only. */
function headerValue(user: string): string {
  if (/^[\x20-\x7e\u00a0-\u00ff]+$/.test(user)) return user;
  throw usageError(`The user name "${user}" cannot be sent: only Latin letters, digits and signs can.`);
}

function tokenValue(token: string): string {
  if (/^[\w.~+/=-]+$/.test(token)) return token;
  throw usageError("The token holds signs that no token has.", [
    "Look at GENNAKER_TOKEN, or log in again: gennaker login",
  ]);
}

export async function connect(context: CliContext, flags: ServerFlags): Promise<Connection> {
  const address = await addressFor(context, flags);
  const { createClient } = await import("@gennaker/client/client.ts");
  return { ...address, client: createClient({ baseUrl: address.server, headers: address.headers }) };
}

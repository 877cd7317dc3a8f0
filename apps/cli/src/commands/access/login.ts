import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { show } from "../../output/print.ts";
import { addressFor, connect } from "../../settings/connection.ts";
import { keepToken } from "../../settings/credentials.ts";

type LoginFlags = ServerFlags & { withToken?: boolean };

/** Logs in by a code that is entered in a browser, or with a token from standard input. */
export async function login(context: CliContext, flags: LoginFlags): Promise<void> {
  const { env } = context.process;
  if (flags.withToken === true) return loginWithToken(context, flags);
  const { client, server } = await connect(context, flags);
  const started = await client.call("startDeviceLogin", { body: { name: `gennaker on ${hostname()}` } });
  context.process.stderr.write(
    `Open ${server}${started.path}?code=${started.userCode}\nand allow the code ${started.userCode}. Waiting …\n`,
  );
  const abort = new AbortController();
  const stop = context.onInterrupt(() => abort.abort());
  try {
    const end = Date.now() + started.expiresInSeconds * 1_000;
    while (Date.now() < end) {
      const answer = await client.call("pollDeviceLogin", {
        body: { deviceCode: started.deviceCode },
        signal: abort.signal,
      });
      if (answer.state === "approved" && answer.token !== null) {
        keepToken(server, answer.token, env);
        show(context, flags, { server, user: answer.user }, (print) =>
          print.text(`Logged in to ${server} as ${answer.user ?? ""}.\n`),
        );
        return;
      }
      if (answer.state === "denied") throw new CliError("The login was not allowed.");
      if (answer.state === "expired") break;
      await sleep(started.intervalSeconds * 1_000, undefined, { signal: abort.signal });
    }
  } finally {
    stop();
  }
  throw new CliError("Nobody allowed the code in time.", { next: ["gennaker login    begins again"] });
}

async function loginWithToken(context: CliContext, flags: LoginFlags): Promise<void> {
  if (context.stdin.isTTY === true)
    throw usageError("The token is read from standard input, so that it stays out of the shell's history.", [
      "gennaker login --with-token < FILE",
    ]);
  const parts: Buffer[] = [];
  for await (const part of context.stdin) parts.push(Buffer.from(part as Uint8Array));
  const token = Buffer.concat(parts).toString("utf8").trim();
  if (token === "") throw usageError("There is nothing on standard input.", ["gennaker login --with-token < FILE"]);
  const { server } = await addressFor(context, flags);
  const { createClient } = await import("@gennaker/client/client.ts");
  const client = createClient({ baseUrl: server, headers: { authorization: `Bearer ${token}` } });
  const me = await client.call("whoAmI", {});
  keepToken(server, token, context.process.env);
  show(context, flags, { server, user: me.user }, (print) => print.text(`Logged in to ${server} as ${me.user}.\n`));
}

/** Revokes the token where the server can be asked, and forgets it in any case. */
export async function logout(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client, server, headers } = await connect(context, flags);
  const id = /gnk_([0-9A-Z]{26})_/.exec(headers["authorization"] ?? "")?.[1];
  keepToken(server, null, context.process.env);
  const revoked =
    id === undefined
      ? false
      : await client.call("revokeToken", { params: { token: id } }).then(
          () => true,
          () => false,
        );
  show(context, flags, { server, revoked }, (print) =>
    print.text(id === undefined ? `There was no login to ${server}.\n` : `Logged out of ${server}.\n`),
  );
}

import type { ServerFlags } from "../../command.ts";
import { confirmed } from "../../confirm.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";

const verbs = ["read", "write", "execute", "judge", "administer"] as const;

export async function whoAmI(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const me = await client.call("whoAmI", {});
  show(context, flags, me, (print) =>
    print.text(
      me.authentication
        ? `${me.user}: ${me.roles.join(", ") || "no roles"}\n`
        : `${me.user}. Nobody logs in here: everybody who reaches this server may do everything.\n`,
    ),
  );
}

/** Exit code 1 when it is not allowed, so that scripts can ask. */
export async function explain(
  context: CliContext,
  flags: ServerFlags,
  user: string,
  verb: string,
  resource: string,
): Promise<number> {
  const known = verbs.find((each) => each === verb);
  if (known === undefined) throw usageError(`"${verb}" is no verb.`, [`Use one of ${verbs.join(", ")}.`]);
  const { client } = await connect(context, flags);
  const query = { ...(user === "me" ? {} : { user }), verb: known, resource };
  const answer = await client.call("explainAccess", { query });
  show(context, flags, answer, (print) =>
    print.text(
      `${answer.user} ${answer.allowed ? "may" : "may not"} ${verb} ${resource}\n${answer.because.map(({ text }) => `  ${text}\n`).join("")}`,
    ),
  );
  return answer.allowed ? exitCodes.ok : exitCodes.failed;
}

export async function listRoles(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const roles = await client.call("listRoles", {});
  show(context, flags, roles, (print) =>
    print.table(
      [{ title: "NAME" }, { title: "FROM" }, { title: "GRANTS", shrinkTo: 20 }],
      roles.map((role) => [
        role.name,
        role.managedBy,
        role.grants
          .map(({ effect, verbs: on, resources }) => `${effect} ${on.join("+")} ${resources.join(" ")}`)
          .join("; "),
      ]),
      "There are no roles.",
    ),
  );
}

export async function breakGlass(context: CliContext, flags: ServerFlags, reason: string): Promise<void> {
  const { client } = await connect(context, flags);
  const taken = await client.call("breakGlass", { body: { reason } });
  show(context, flags, taken, (print) => print.text(`You have emergency access until ${taken.until}.\n`));
}

export async function endBreakGlass(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  await client.call("endBreakGlass", {});
  show(context, flags, { ended: true }, (print) => print.text("You have no emergency access any more.\n"));
}

export async function listEmergency(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const open = await client.call("listEmergencyAccess", {});
  show(context, flags, open, (print) =>
    print.table(
      [{ title: "WHO" }, { title: "UNTIL" }, { title: "WHY", shrinkTo: 20 }],
      open.map(({ user, until, reason }) => [user, until, reason]),
      "Nobody has emergency access.",
    ),
  );
}

export async function listSessions(context: CliContext, flags: ServerFlags & { of?: string }): Promise<void> {
  const { client } = await connect(context, flags);
  const sessions = await client.call("listSessions", { query: flags.of === undefined ? {} : { user: flags.of } });
  show(context, flags, sessions, (print) =>
    print.table(
      [{ title: "ID" }, { title: "BY" }, { title: "FROM" }, { title: "LAST SEEN" }, { title: "ENDS" }],
      sessions.map(({ id, method, address, seenAt, expiresAt }) => [id, method, address ?? "", seenAt, expiresAt]),
      "There are no open sessions.",
    ),
  );
}

export async function endSession(context: CliContext, flags: ServerFlags, id: string): Promise<void> {
  const { client } = await connect(context, flags);
  await client.call("endSession", { params: { session: id } });
  show(context, flags, { ended: id }, (print) => print.text(`Ended ${id}.\n`));
}

export async function listUsers(context: CliContext, flags: ServerFlags): Promise<void> {
  const { client } = await connect(context, flags);
  const users = await client.call("listUsers", {});
  show(context, flags, users, (print) =>
    print.table(
      [
        { title: "NAME" },
        { title: "KIND" },
        { title: "FROM" },
        { title: "ROLES" },
        { title: "GROUPS", shrinkTo: 8 },
        { title: "STATE" },
      ],
      users.map((user) => [
        user.name,
        user.kind,
        user.source,
        user.roles.join(", "),
        user.groups.join(", "),
        user.disabled ? "disabled" : user.lockedUntil === null ? "" : `locked until ${user.lockedUntil}`,
      ]),
      "There are no users yet.",
    ),
  );
}

type SetFlags = ServerFlags & {
  role?: readonly string[];
  service?: boolean;
  disable?: boolean;
  enable?: boolean;
  password?: boolean;
  email?: string;
};

export async function setUser(context: CliContext, flags: SetFlags, name: string): Promise<void> {
  const password = flags.password === true ? await readPassword(context, name) : undefined;
  const { client } = await connect(context, flags);
  const disabled = flags.disable === true ? true : flags.enable === true ? false : undefined;
  const body = {
    ...(flags.role === undefined ? {} : { roles: flags.role.filter((role) => role !== "") }),
    ...(flags.service === true ? { kind: "service" as const } : {}),
    ...(disabled === undefined ? {} : { disabled }),
    ...(flags.email === undefined ? {} : { email: flags.email }),
    ...(password === undefined ? {} : { password }),
  };
  const user = await client.call("saveUser", { params: { user: name }, body });
  show(context, flags, user, (print) => print.text(`Saved ${user.name}: ${user.roles.join(", ") || "no roles"}\n`));
}

async function readPassword(context: CliContext, name: string): Promise<string> {
  if (context.stdin.isTTY === true)
    throw usageError("The password is read from standard input, so that it stays out of the shell's history.", [
      `gennaker user set ${name} --password < FILE`,
    ]);
  const parts: Buffer[] = [];
  for await (const part of context.stdin) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

export async function deleteUser(
  context: CliContext,
  flags: ServerFlags & { yes?: boolean },
  name: string,
): Promise<number> {
  if (!(await confirmed(context, flags, `Delete the user ${name} with all sessions and tokens?`)))
    return exitCodes.failed;
  const { client } = await connect(context, flags);
  await client.call("deleteUser", { params: { user: name } });
  show(context, flags, { deleted: name }, (print) => print.text(`Deleted ${name}.\n`));
  return exitCodes.ok;
}

export async function listTokens(context: CliContext, flags: ServerFlags & { of?: string }): Promise<void> {
  const { client } = await connect(context, flags);
  const tokens = await client.call("listTokens", { query: flags.of === undefined ? {} : { user: flags.of } });
  show(context, flags, tokens, (print) =>
    print.table(
      [{ title: "ID" }, { title: "NAME" }, { title: "SCOPES" }, { title: "EXPIRES" }, { title: "LAST USED" }],
      tokens.map((token) => [
        token.id,
        token.name,
        token.scopes === null ? "all" : token.scopes.join(", "),
        token.expiresAt ?? "never",
        token.usedAt ?? "never",
      ]),
      "There are no tokens. Make one:\n  gennaker token create NAME",
    ),
  );
}

type TokenFlags = ServerFlags & { scope?: readonly string[]; for?: string; days?: number };

export async function createToken(context: CliContext, flags: TokenFlags, name: string): Promise<void> {
  const { client } = await connect(context, flags);
  const body = {
    name,
    ...(flags.for === undefined ? {} : { user: flags.for }),
    ...(flags.scope === undefined ? {} : { scopes: [...flags.scope] }),
    ...(flags.days === undefined ? {} : { expiresInDays: flags.days }),
  };
  const made = await client.call("createToken", { body });
  show(context, flags, made, (print) => print.text(`${made.token}\n`));
}

export async function revokeToken(context: CliContext, flags: ServerFlags, id: string): Promise<void> {
  const { client } = await connect(context, flags);
  await client.call("revokeToken", { params: { token: id } });
  show(context, flags, { revoked: id }, (print) => print.text(`Revoked ${id}.\n`));
}

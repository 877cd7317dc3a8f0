import type { CliContext } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { show } from "../../output/print.ts";
import type { Contexts } from "../../settings/contexts.ts";
import { contextsPath, readContexts, serverAddress, writeContexts } from "../../settings/contexts.ts";

type Flags = { json?: boolean };

export async function listContexts(context: CliContext, flags: Flags): Promise<void> {
  const { current, contexts } = await readContexts(contextsPath(context.process.env));
  const rows = Object.entries(contexts).map(([name, entry]) => ({
    name,
    current: name === current,
    server: entry.server,
    user: entry.user ?? null,
  }));
  show(context, flags, rows, (print) =>
    print.table(
      [{ title: "" }, { title: "NAME" }, { title: "SERVER" }, { title: "USER" }],
      rows.map((row) => [row.current ? "*" : "", row.name, row.server, row.user ?? ""]),
      "No servers are known by name. Add one:\n  gennaker context set NAME --server URL",
    ),
  );
}

export async function useContext(context: CliContext, flags: Flags, name: string): Promise<void> {
  const { contexts } = await change(context, (before) => {
    if (!before.contexts[name]) throw unknown(name, before);
    return { ...before, current: name };
  });
  show(context, flags, { current: name }, (print) => print.text(`Using ${name}: ${contexts[name]?.server}\n`));
}

export async function setContext(
  context: CliContext,
  flags: Flags & { server?: string; user?: string },
  name: string,
): Promise<void> {
  if (!/^[\w.-]{1,100}$/.test(name))
    throw usageError(`"${name}" is no name for a context.`, ["Use letters, digits, dots, dashes and underscores."]);
  const after = await change(context, (before) => {
    const known = before.contexts[name];
    const server = flags.server === undefined ? known?.server : serverAddress(flags.server);
    if (server === undefined)
      throw usageError(`Context "${name}" is new: its server is needed.`, [
        `gennaker context set ${name} --server URL`,
      ]);
    const user = flags.user ?? known?.user;
    const contexts = { ...before.contexts, [name]: { server, ...(user === undefined ? {} : { user }) } };
    return { current: before.current ?? name, contexts };
  });
  const { server } = after.contexts[name] ?? { server: "" };
  show(context, flags, { name, server, current: after.current === name }, (print) =>
    print.text(`Saved context ${name}: ${server}\n`),
  );
}

export async function deleteContext(context: CliContext, flags: Flags, name: string): Promise<void> {
  await change(context, (before) => {
    if (!before.contexts[name]) throw unknown(name, before);
    const { [name]: _gone, ...contexts } = before.contexts;
    return { current: before.current === name ? null : before.current, contexts };
  });
  show(context, flags, { deleted: name }, (print) => print.text(`Forgot context ${name}.\n`));
}

async function change(context: CliContext, edit: (before: Contexts) => Contexts): Promise<Contexts> {
  const path = contextsPath(context.process.env);
  const after = edit(await readContexts(path));
  await writeContexts(path, after);
  return after;
}

function unknown(name: string, { contexts }: Contexts): CliError {
  const names = Object.keys(contexts);
  return new CliError(`There is no context "${name}".`, {
    next: [
      names.length > 0 ? `Known are: ${names.join(", ")}` : `gennaker context set ${name} --server URL    makes it`,
    ],
  });
}

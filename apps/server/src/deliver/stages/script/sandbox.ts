import { spawn } from "node:child_process";
import type { ScriptSettings } from "../../../platform/config/stage-settings.ts";
import { TaskError } from "../../../engine/api.ts";

/** What this machine can do to keep a script in. */
export type Abilities = {
  root: boolean;
  setpriv: boolean;
  prlimit: boolean;
  processes: string[] | null;
  network: string[] | null;
};

/** Whom scripts run as when the server is root. */
export type ScriptUser = { uid: number; gid: number };

/** Runs harmless commands to find out what is possible here; nothing is assumed. */
export async function probeAbilities(): Promise<Abilities> {
  const root = process.getuid?.() === 0;
  // Without root, new namespaces need a user namespace of their own.
  const own = root ? [] : ["--user", "--map-current-user"];
  const pids = [...own, "--pid", "--fork", "--kill-child"];
  const net = [...own, "--net"];
  const [setpriv, prlimit, canPids, canNet] = await Promise.all([
    works(["setpriv", "--no-new-privs", "--", "true"]),
    works(["prlimit", "--core=0", "--", "true"]),
    works(["unshare", ...pids, "--", "true"]),
    works(["unshare", ...net, "--", "true"]),
  ]);
  return { root, setpriv, prlimit, processes: canPids ? pids : null, network: canNet ? net : null };
}

/**
 * The words in front of a script's own command: namespaces, limits, another user, a time limit. Throws a TaskError
 * when the machine lacks what the configuration wants: a script never runs with more than that.
 */
export function sandboxed(
  settings: ScriptSettings,
  abilities: Abilities,
  user: ScriptUser,
  command: readonly string[],
): string[] {
  const lacks = (what: string, hint: string): never => {
    throw new TaskError("script.sandbox", `This machine cannot run scripts ${what}. ${hint}`);
  };
  if (!abilities.setpriv || !abilities.prlimit)
    lacks("with limits", "Install util-linux, which has the programs setpriv and prlimit.");
  const namespaces = new Set<string>(abilities.processes ?? []);
  if (settings.network === "off") {
    if (abilities.network === null)
      lacks("without network", "Allow network namespaces, or set script.network to on in gennaker.yaml.");
    for (const word of abilities.network ?? []) namespaces.add(word);
  }
  const minutes = settings.timeoutMinutes;
  return [
    ...(namespaces.size === 0 ? [] : ["unshare", ...namespaces, "--"]),
    "prlimit",
    `--as=${settings.memoryBytes}`,
    `--cpu=${settings.cpuSeconds}`,
    `--nproc=${settings.processes}`,
    "--core=0",
    "--",
    "setpriv",
    ...(abilities.root ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"] : []),
    "--no-new-privs",
    "--",
    "timeout",
    "--foreground",
    "--kill-after=5",
    String(Math.ceil(minutes * 60)),
    ...command,
  ];
}

function works([program = "", ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = spawn(program, args, { stdio: "ignore", timeout: 5000, env: { PATH: toolPath } });
    probe.on("error", () => resolve(false));
    probe.on("close", (status) => resolve(status === 0));
  });
}

/** Where the programs of the launcher are looked up, whatever the script's own PATH is. */
export const toolPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

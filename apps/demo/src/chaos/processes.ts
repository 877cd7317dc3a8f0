import { readdirSync, readFileSync } from "node:fs";
import { pause } from "./until.ts";

export type Found = {
  pid: number;
  /** Command line, arguments parted by spaces. */
  command: string;
  /** The instance that the process carries the mark of, null when it is no instance's. */
  instance: string | null;
};

/** The living processes (Linux) whose command line or environment names a folder, without this one. */
export function processesOf(folder: string): Found[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((entry) => {
      const command = read(`/proc/${entry}/cmdline`);
      const environment = read(`/proc/${entry}/environ`);
      if (!command.includes(folder) && !environment.includes(folder)) return [];
      const instance = /(?:^|\0)GENNAKER_INSTANCE=([^\0]*)/.exec(environment)?.[1] ?? null;
      return [{ pid: Number(entry), command: command.split("\0").join(" ").trim(), instance }];
    });
}

/** The services themselves, without the launchers and log writers around them, by instance. */
export function servicesOf(folder: string): Map<string, Found[]> {
  const services = processesOf(folder).filter(
    ({ instance, command }) => instance !== null && /^\S*node server\.mjs$/.test(command),
  );
  return Map.groupBy(services, ({ instance }) => instance ?? "");
}

/** Ends whatever still names the folder, first politely; gives the command lines of what had to be ended. */
export async function endProcessesOf(folder: string): Promise<string[]> {
  const ended = processesOf(folder);
  for (const [signal, ms] of [
    ["SIGTERM", 3_000],
    ["SIGKILL", 10_000],
  ] as const) {
    for (const { pid } of processesOf(folder)) signalTo(pid, signal);
    for (const end = Date.now() + ms; processesOf(folder).length > 0 && Date.now() < end;) await pause(50);
  }
  return ended.map(({ command }) => command);
}

/** Sends a signal; a process that has ended meanwhile needs none. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as { code?: string }).code !== "ESRCH") throw error;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

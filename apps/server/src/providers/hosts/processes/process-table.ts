import { readdirSync, readFileSync, statSync } from "node:fs";

/** One process as /proc shows it. Times are CPU ticks (1/100 s on every Linux that Node runs on). */
export type ProcessFacts = {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** Clock ticks from boot to its start: with the boot's id and the pid it names the process for ever. */
  startTicks: number;
  cpuTicks: number;
  memoryBytes: number;
};

/** What a process's environment says of whom it belongs to. */
export type ProcessLabel = { instance: string; dataDirectory: string };

const PAGE_BYTES = 4096;

/** The facts of one process; null when it is gone, a zombie included. */
export function readProcess(pid: number): ProcessFacts | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return null;
  }
  return parseStat(text);
}

/** Reads a line of /proc/PID/stat (proc(5)); the command in it may hold spaces and parentheses. Null for the dead. */
export function parseStat(text: string): ProcessFacts | null {
  const pid = Number(text.slice(0, text.indexOf(" ")));
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  if (state === undefined || state === "" || state === "Z" || state === "X" || state === "x") return null;
  const at = (index: number): number => Number(fields[index - 3] ?? 0);
  return {
    pid,
    parent: at(4),
    group: at(5),
    session: at(6),
    startTicks: at(22),
    cpuTicks: at(14) + at(15),
    memoryBytes: at(24) * PAGE_BYTES,
  };
}

/** The mark in a process's environment as it was started; null without one or when it may not be read. */
export function readLabel(pid: number): ProcessLabel | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return null;
  }
  if (!text.includes("GENNAKER_INSTANCE=")) return null;
  const variables = text.split("\0");
  const find = (name: string): string | undefined =>
    variables.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1);
  const instance = find("GENNAKER_INSTANCE");
  const dataDirectory = find("GENNAKER_DATA_DIRECTORY");
  return instance === undefined || dataDirectory === undefined ? null : { instance, dataDirectory };
}

/** `boot:ticks`: the same for one process as long as it lives, never the same for two with one pid. */
export function processMark(facts: ProcessFacts): string {
  return `${bootId()}:${facts.startTicks}`;
}

export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}

export type LabelledProcess = ProcessFacts & { label: ProcessLabel };

/**
 * Finds the processes of one data directory. Environments are read once per process and execution; what a process
 * execs keeps its pid and start time, so a process without a mark is read again while it is young.
 */
export type ProcessTable = { find(): LabelledProcess[] };

/** Its own label or its nearest ancestor's: an environment reads as empty while a process execs or if it hides it. */
function inheritedLabel(
  facts: ProcessFacts,
  all: ReadonlyMap<number, ProcessFacts>,
  labelOf: (pid: number) => ProcessLabel | null,
): ProcessLabel | null {
  let at: ProcessFacts | undefined = facts;
  for (let depth = 0; at !== undefined && depth < 64; depth += 1) {
    const label = labelOf(at.pid);
    if (label !== null) return label;
    at = all.get(at.parent);
  }
  return null;
}

export function createProcessTable(dataDirectory: string, users: ReadonlySet<number>): ProcessTable {
  type Known = { startTicks: number; label: ProcessLabel | null; looks: number };
  let known = new Map<number, Known>();
  const maySee = (pid: number): boolean => {
    try {
      return users.has(statSync(`/proc/${pid}`).uid);
    } catch {
      return false;
    }
  };

  return {
    find() {
      const all = new Map<number, ProcessFacts>();
      const seen = new Map<number, Known>();
      for (const name of readdirSync("/proc")) {
        const pid = Number(name);
        if (!Number.isInteger(pid)) continue;
        const facts = readProcess(pid);
        if (facts === null) continue;
        let entry = known.get(pid);
        if (entry?.startTicks !== facts.startTicks) entry = { startTicks: facts.startTicks, label: null, looks: 0 };
        if (entry.label === null && entry.looks < 3) {
          entry = { ...entry, label: maySee(pid) ? readLabel(pid) : null, looks: entry.looks + 1 };
        }
        seen.set(pid, entry);
        all.set(pid, facts);
      }
      known = seen;
      return [...all.values()].flatMap((facts) => {
        const label = inheritedLabel(facts, all, (pid) => seen.get(pid)?.label ?? null);
        return label?.dataDirectory === dataDirectory ? [{ ...facts, label }] : [];
      });
    },
  };
}

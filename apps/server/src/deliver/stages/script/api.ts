/** One run of a script. `id` names it for ever: starting it twice starts it once. */
export type ScriptRun = {
  id: string;
  /** The program and its arguments, as they are; `{script}` as an argument stands for the file with `body`. */
  command: readonly string[];
  /** The text of the script, null when the command needs none. */
  body: string | null;
  /** The whole environment beside what the configuration gives. */
  env: Readonly<Record<string, string>>;
};

/** How a run stands. `log` is the end of what it wrote; `truncated` when it wrote more than may be kept. */
export type ScriptState =
  | { kind: "none" }
  | { kind: "running"; log: string }
  | { kind: "ended"; status: number; timedOut: boolean; log: string; truncated: boolean }
  /** Its process is gone and left no status: the machine went down, or somebody ended the launcher. */
  | { kind: "lost"; log: string };

/** Runs scripts as processes of this machine. */
export type LocalScripts = {
  /** Names this machine's data directory: a run can be looked at only where it was started. */
  owner: string;
  /** Starts a run once. Throws a TaskError when this machine cannot run it as the configuration wants. */
  start(run: ScriptRun): Promise<void>;
  look(id: string): Promise<ScriptState>;
  /** SIGTERM to all of it, SIGKILL five seconds later; resolves when nothing of it runs. */
  stop(id: string): Promise<void>;
  /** The text of a file in the run's working directory; null when there is none. Throws for one outside or too long. */
  readFile(id: string, path: string): Promise<string | null>;
};

export type ScriptRunner = LocalScripts & {
  /**
   * Stops a script on the machine of `owner`, whichever that is; null where that is not known. False when its server has not answered:
   * it stops the script once it is back.
   */
  stopAnywhere(owner: string | null, id: string, signal: AbortSignal): Promise<boolean>;
};

/** The argument that stands for the file with the script's text. */
export const scriptArgument = "{script}";

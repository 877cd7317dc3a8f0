import type { JsonObject } from "@gennaker/contract/json.ts";
import { toFlag } from "@gennaker/pipeline-model/coerce.ts";
import { scriptSchema } from "@gennaker/pipeline-model/stages/script.ts";
import { TaskError } from "../../../engine/api.ts";
import type { StageView, TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { inputArtifact } from "../../artifacts/api.ts";
import type { DeliverDeps } from "../deps.ts";
import type { ScriptRun } from "./api.ts";
import { scriptArgument } from "./api.ts";
import { readProperties } from "./properties.ts";
import { scriptFromRepository, type RepositoryDeps } from "./repository.ts";

export type ScriptDeps = Pick<DeliverDeps, "scripts" | "settings" | "fetchArtifact"> & RepositoryDeps;
type Fields = ReturnType<typeof scriptSchema.parse>;

/** A safety net only: the end of the script wakes the task. */
const lookAgainMs = 5000;
/** Variables that would change the programs around the script, not the script. */
const reserved = /^(PATH|HOME|TMPDIR|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|GCONV_PATH|(LD|GLIBC|GENNAKER)_.*)$/;

export function scriptTasks(deps: ScriptDeps, stage: StageView): TaskDefinition[] {
  const waits = toFlag(stage.context["waitForCompletion"] ?? true) !== false;
  const timeoutMs = deps.settings.script.timeoutMinutes * 60_000 + 60_000;
  return [
    { name: "startScript", run: (context) => startScript(deps, context) },
    ...(waits
      ? [
          { name: "monitorScript", timeoutMs, run: (context: TaskContext) => monitorScript(deps, context) },
          {
            name: "getBuildProperties",
            gathers: true as const,
            run: (context: TaskContext) => readBuildProperties(deps, context),
          },
        ]
      : []),
  ];
}

async function startScript(deps: ScriptDeps, context: TaskContext): Promise<TaskResult> {
  if (!deps.settings.script.enabled)
    throw new TaskError(
      "script.disabled",
      "Scripts are off on this server. Whoever runs it can turn them on with script.enabled in gennaker.yaml.",
    );
  const run = await runOf(deps, context);
  await deps.scripts.start(run);
  const script: JsonObject = { id: run.id, owner: deps.scripts.owner };
  return { status: "SUCCEEDED", context: { script } };
}

async function monitorScript(deps: ScriptDeps, { stage }: TaskContext): Promise<TaskResult> {
  const { id, owner } = scriptOf(stage);
  const before: JsonObject = { id, owner };
  const state = owner === deps.scripts.owner ? await deps.scripts.look(id) : null;
  if (state === null) {
    const waiting = { code: "script.elsewhere", message: `The script runs on ${owner.split(":")[0] ?? owner}` };
    return { status: "RUNNING", retryAfterMs: 2000, waiting };
  }
  if (state.kind === "none" || state.kind === "lost") {
    const message =
      "The script's process is gone and left no exit status: the machine went down, or somebody ended it. Restart the stage.";
    const log = state.kind === "lost" ? { log: state.log } : {};
    return {
      status: "TERMINAL",
      context: { script: { ...before, ...log } },
      failure: { code: "script.lost", message },
    };
  }
  if (state.kind === "running") {
    const waiting = { code: "script.running", message: "The script runs", details: { lastLine: lastLine(state.log) } };
    const context: JsonObject = { script: { ...before, log: state.log } };
    return { status: "RUNNING", retryAfterMs: lookAgainMs, wakeOn: [`script:${id}`], waiting, context };
  }
  const { status, log, truncated, timedOut } = state;
  const script: JsonObject = { ...before, exitStatus: status, log, ...(truncated ? { logTruncated: true } : {}) };
  if (status === 0) return { status: "SUCCEEDED", context: { script } };
  const last = lastLine(log);
  const said = last === "" ? "" : ` Its last line: ${last}`;
  const message = timedOut
    ? `The script was ended after ${deps.settings.script.timeoutMinutes} minutes.${said}`
    : `The script ended with the status ${status}.${said}`;
  return { status: "TERMINAL", context: { script }, failure: { code: "script.failed", message, details: { status } } };
}

/** The property file's values become context and outputs, as a build's do in Orca. */
async function readBuildProperties(deps: ScriptDeps, { stage }: TaskContext): Promise<TaskResult> {
  const { propertyFile } = fieldsOf(scriptSchema, stage);
  if (propertyFile === undefined) return { status: "SUCCEEDED" };
  const { id, owner } = scriptOf(stage);
  if (owner !== deps.scripts.owner) return { status: "RUNNING", retryAfterMs: 2000 };
  const text = await deps.scripts.readFile(id, propertyFile);
  const properties = text === null ? null : readProperties(propertyFile, text);
  if (properties === null || Object.keys(properties).length === 0) {
    const message = `The property file ${propertyFile} is missing, empty or cannot be read. Write key=value lines, JSON or YAML.`;
    return { status: "TERMINAL", failure: { code: "script.properties", message } };
  }
  const found: JsonObject = { ...properties, propertyFileContents: properties };
  const { script: _own, ...context } = found;
  return { status: "SUCCEEDED", context, outputs: found };
}

/** A stage that is canceled, skipped or out of time ends its script and all that it started, on whichever machine it runs. */
export async function cancelScript(deps: ScriptDeps, context: TaskContext): Promise<{ context?: JsonObject }> {
  const known = context.stage.context["script"];
  const { id, owner } = known === undefined ? { id: idOf(context), owner: null } : scriptOf(context.stage);
  if (await deps.scripts.stopAnywhere(owner, id, context.signal)) return {};
  const where = owner?.split(":")[0] ?? "another machine";
  throw new TaskError(
    "script.elsewhere",
    `The script runs on ${where}, whose server does not answer; it is stopped once that server is back.`,
  );
}

async function runOf(deps: ScriptDeps, context: TaskContext): Promise<ScriptRun> {
  const fields = fieldsOf(scriptSchema, context.stage);
  const { script } = deps.settings;
  const refuse = (code: string, message: string): never => {
    throw new TaskError(code, message);
  };
  const { repoUrl = "", scriptPath = "" } = fields;
  if (repoUrl !== "" && (scriptPath === "" || fields.command !== undefined))
    refuse(
      "script.repository",
      "Of a repository only one file is taken, not the whole: name the script in scriptPath, and leave command out.",
    );
  const id = idOf(context);
  const env = environmentOf(fields);
  if (Array.isArray(fields.command)) {
    const [program = ""] = fields.command;
    const known = [...script.commands, ...Object.values(script.interpreters).map(([path]) => path ?? "")];
    if (!known.includes(program))
      refuse(
        "script.command",
        `"${program}" is no program that scripts may begin with. Allowed are: ${known.join(", ")}.`,
      );
    return { id, command: fields.command, body: null, env };
  }
  const name = fields.interpreter ?? "sh";
  const interpreter = Object.hasOwn(script.interpreters, name) ? script.interpreters[name] : undefined;
  if (interpreter === undefined)
    refuse(
      "script.interpreter",
      `There is no interpreter "${name}". Configured are: ${Object.keys(script.interpreters).join(", ")}.`,
    );
  const { repoBranch, repoArtifactAccount: account } = fields;
  const body =
    repoUrl === ""
      ? (fields.command ?? (await artifactText(deps, context, fields)))
      : await scriptFromRepository(deps, context, { repoUrl, scriptPath, repoBranch, account });
  return { id, command: [...(interpreter ?? []), scriptArgument], body, env };
}

async function artifactText(
  deps: ScriptDeps,
  { execution, stage, signal }: TaskContext,
  fields: Fields,
): Promise<string> {
  const artifact = inputArtifact(execution, stage, {
    ...(fields.scriptArtifactId === undefined ? {} : { id: fields.scriptArtifactId }),
    ...(fields.scriptArtifact === undefined ? {} : { artifact: fields.scriptArtifact as JsonObject }),
  });
  if (artifact !== null) return await deps.fetchArtifact(artifact, signal, execution.id);
  throw new TaskError("script.nothing", "There is no script to run: give command, or a script in scriptArtifactId.");
}

function environmentOf(fields: Fields): Record<string, string> {
  const given = fields.env ?? {};
  const bad = Object.keys(given).find((name) => reserved.test(name));
  if (bad !== undefined)
    throw new TaskError(
      "script.env",
      `The variable ${bad} cannot be set by a stage; the configuration sets script.env.`,
    );
  const orca = {
    SCRIPT_PATH: fields.scriptPath,
    IMAGE_ID: fields.image,
    ENV_PARAM: fields.account,
    REGION_PARAM: fields.region,
    CLUSTER_PARAM: fields.cluster,
    CMC: fields.cmc,
    REPO_URL: fields.repoUrl,
    REPO_BRANCH: fields.repoBranch,
  };
  const known = Object.entries(orca).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { ...(Object.fromEntries(known) as Record<string, string>), ...given };
}

/** The same for each try of a start, another after a restart of the stage. */
function idOf({ execution, stage, operationKey }: TaskContext): string {
  return `${execution.id}-${stage.id}-${operationKey.split("/").at(-1) ?? "1"}`;
}

function scriptOf(stage: StageView): { id: string; owner: string } {
  const script = stage.context["script"];
  if (typeof script === "object" && script !== null && !Array.isArray(script)) {
    const { id, owner } = script;
    if (typeof id === "string" && typeof owner === "string") return { id, owner };
  }
  throw new TaskError("script.lost", "The stage has lost which script it started. Restart the stage.");
}

function lastLine(log: string): string {
  return (log.trimEnd().split("\n").at(-1) ?? "").slice(0, 500);
}

import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Outgoing, OutgoingAnswer } from "../../platform/outgoing/api.ts";
import { OutgoingError } from "../../platform/outgoing/api.ts";
import type { ComparedPipeline, GateAddress } from "./api.ts";

const ended = "SUCCEEDED,TERMINAL,CANCELED,STOPPED,FAILED_CONTINUE";
const patienceMs = 60_000;
const mostBytes = 32 * 1024 * 1024;

/** The newest ended executions of the pipeline of this name (or id) there. Throws `upstream_failed` with what to do. */
export async function readGate(
  send: Outgoing["send"],
  { application, pipeline, gate, authorization, limit }: ComparedPipeline & GateAddress,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const base = addressOf(gate);
  const list = async (path: string): Promise<JsonObject[]> => {
    const headers = { accept: "application/json", ...(authorization === null ? {} : { authorization }) };
    const request = { purpose: "import" as const, method: "GET", url: `${base}${path}`, headers, body: null };
    const limits = { timeoutMs: patienceMs, maxBytes: mostBytes, signal, application };
    return listOf(await send({ ...request, ...limits }).catch(refuse), path.split("?")[0] ?? path);
  };
  const configs = await list(`/applications/${encodeURIComponent(application)}/pipelineConfigs`);
  const wanted = pipeline.toLowerCase();
  const config = configs.find(({ id, name }) => [id, name].some((each) => String(each).toLowerCase() === wanted));
  if (typeof config?.["id"] !== "string") {
    const names = configs.slice(0, 10).map(({ name }) => String(name));
    const has = names.length === 0 ? "has no pipelines there" : `has ${names.join(", ")}`;
    throw new GennakerError("upstream_failed", `The Spinnaker has no pipeline "${pipeline}": ${application} ${has}.`);
  }
  const query = new URLSearchParams({
    pipelineConfigIds: config["id"],
    limit: String(limit),
    statuses: ended,
    expand: "true",
  });
  const executions = await list(`/executions?${query.toString()}`);
  if (executions.length > 0) return executions;
  throw new GennakerError(
    "upstream_failed",
    `${application}/${pipeline} has no ended executions there. Run it once, then compare again.`,
  );
}

function addressOf(gate: string): string {
  const url = URL.canParse(gate) ? new URL(gate) : null;
  const fits =
    url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.search === "";
  if (fits) return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  const reason = "must be Gate's address, e.g. https://gate.example.com, without a name, a password or a query";
  throw new GennakerError("invalid_request", `Nothing was compared: the address ${reason}.`, {
    problems: [{ pointer: "/gate", reason }],
  });
}

function refuse(error: unknown): never {
  if (!(error instanceof OutgoingError)) throw error;
  throw new GennakerError("upstream_failed", `Gate could not be asked: ${error.message}`, { cause: error });
}

function listOf({ status, headers, body, truncated }: OutgoingAnswer, path: string): JsonObject[] {
  const say = (what: string): never => {
    throw new GennakerError("upstream_failed", `Gate's ${path} ${what}`);
  };
  const login = "Give an Authorization header that it takes, e.g. Bearer and a token.";
  if (status >= 300 && status < 400) return say(`redirects${hostOf(headers["location"])}: it wants a login. ${login}`);
  if (status === 401 || status === 403) return say(`answered ${status}: it wants a login. ${login}`);
  if (status !== 200) return say(`answered ${status}. See that this is Gate's address, and try again.`);
  if (truncated) return say("answered more than 32 MB. Compare fewer executions.");
  const value = parsed(body);
  if (Array.isArray(value)) return value.filter(isJsonObject);
  return say(
    /^\s*</.test(body)
      ? `answered a page instead of JSON: perhaps a login, or the address of the UI. ${login}`
      : "answered no list in JSON. See that this is Gate's address.",
  );
}

/** Only the host: addresses of logins carry states and codes. */
function hostOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : "";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

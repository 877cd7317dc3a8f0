import type { ServerResponse } from "node:http";
import type { Peer } from "../http-peer.ts";
import { startPeer } from "../http-peer.ts";

/** One bad answer: a login page, a redirect to one, silence, an answer that stops in the middle, or a status. */
export type Misbehaviour = "html" | "redirect" | "hang" | "cut" | "noJson" | 401 | 404 | 429 | 500 | 503;

export type GateDocuments = {
  /** Texts, so that numbers and order are as a real Gate would write them. */
  applications?: Record<
    string,
    { application?: string; pipelines?: string[]; strategies?: string[]; notifications?: string }
  >;
  templates?: string[];
  projects?: string[];
  /** By id. */
  canaryConfigs?: Record<string, string>;
  executions?: string[];
  accounts?: string[];
};

export type FakeGate = Peer & {
  /** The next requests to a path (as it begins) get these answers, one each; then it answers well again. */
  misbehave(path: string, ...answers: Misbehaviour[]): void;
};

export type FakeGateOptions = GateDocuments & {
  /** A header that must be there, else 302 to a login. */
  requires?: { header: string; value: string };
};

/** A Gate that reads: applications, pipeline and strategy configs, notifications, templates, canary configs, projects, executions. */
export async function startFakeGate(options: FakeGateOptions): Promise<FakeGate> {
  const bad = new Map<string, Misbehaviour[]>();
  const peer = await startPeer((request, response) => {
    const url = new URL(request.url ?? "/", "http://gate");
    const path = decodeURIComponent(url.pathname);
    const { requires } = options;
    if (requires !== undefined && request.headers[requires.header.toLowerCase()] !== requires.value)
      return misbehave(response, "redirect", "");
    const body = answerTo(options, path, url.searchParams);
    const answers = [...bad].find(([start, list]) => path.startsWith(start) && list.length > 0)?.[1];
    const answer = answers?.shift();
    if (answer !== undefined) return misbehave(response, answer, body ?? "[]");
    return json(response, body === null ? 404 : 200, body ?? '{"status":404,"error":"Not Found"}');
  });
  return { ...peer, misbehave: (path, ...answers) => void bad.set(path, answers) };
}

function answerTo(options: GateDocuments, path: string, query: URLSearchParams): string | null {
  const list = (texts: readonly string[] | undefined) => `[${(texts ?? []).join(",")}]`;
  if (path === "/credentials")
    return JSON.stringify((options.accounts ?? []).map((name) => ({ name, type: "kubernetes" })));
  if (path === "/applications")
    return JSON.stringify(Object.keys(options.applications ?? {}).map((name) => ({ name })));
  if (path === "/v2/pipelineTemplates") return list(options.templates);
  if (path === "/projects") return list(options.projects);
  if (path === "/executions") return list(options.executions?.slice(0, Number(query.get("limit") ?? 1_000)));
  if (path === "/v2/canaryConfig") {
    return JSON.stringify(
      Object.keys(options.canaryConfigs ?? {}).map((id) => ({ id, name: id, updatedTimestamp: 1 })),
    );
  }
  const config = /^\/v2\/canaryConfig\/(.+)$/.exec(path)?.[1];
  if (config !== undefined) return options.canaryConfigs?.[config] ?? null;
  const notified = /^\/notifications\/application\/(.+)$/.exec(path)?.[1];
  if (notified !== undefined)
    return options.applications?.[notified]?.notifications ?? `{"application":${JSON.stringify(notified)}}`;
  const [, name, part] = /^\/applications\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
  const application = options.applications?.[name ?? ""];
  if (application === undefined || name === undefined) return null;
  if (part === "pipelineConfigs") return list(application.pipelines);
  if (part === "strategyConfigs") return list(application.strategies);
  return part === undefined
    ? (application.application ?? JSON.stringify({ name, attributes: { name }, clusters: {} }))
    : null;
}

function json(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(body);
}

function misbehave(response: ServerResponse, how: Misbehaviour, body: string): void {
  if (how === "hang") return;
  if (how === "html") {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end("<!DOCTYPE html><html><head><title>Sign in</title></head></html>");
  } else if (how === "redirect")
    response.writeHead(302, { location: "https://login.example.com/start?state=hidden" }).end();
  else if (how === "cut") {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) + 10 });
    response.write(body.slice(0, Math.ceil(body.length / 2)));
    setImmediate(() => response.destroy());
  } else if (how === "noJson") json(response, 200, '{"half":');
  else response.writeHead(how, how === 429 ? { "retry-after": "0" } : {}).end();
}

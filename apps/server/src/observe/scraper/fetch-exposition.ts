import { createRequire } from "node:module";
import type * as Library from "undici";
import type { Dispatcher } from "undici";
import { formatOf, parseExposition } from "./exposition/parse.ts";
import type { ExposedSample } from "./exposition/types.ts";

export type Fetcher = {
  fetch(url: string, options: { signal: AbortSignal; timeoutMs: number; bodyBytes: number }): Promise<ExposedSample[]>;
  close(): Promise<void>;
};

const load = createRequire(import.meta.url);

/** The HTTP library, loaded with the first target: it takes many megabytes. */
const undici = (): typeof Library => load("undici") as typeof Library;

const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/** Where a target's URL leads: over TCP, or to a path on a Unix socket. Throws for anything else. */
function parseTarget(url: string): { url: string; socketPath: string | null } {
  const socket = /^unix:(\/[^:]+):(\/.*)$/.exec(url);
  if (socket?.[1] !== undefined) return { url: `http://localhost${socket[2] ?? "/"}`, socketPath: socket[1] };
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return { url, socketPath: null };
  throw new Error(`${url} is no target; expected http://host:port/path or unix:/path/of/socket:/path`);
}

/** Fetches and reads expositions; connections are kept between scrapes. */
export function createFetcher(): Fetcher {
  const agents = new Map<string | null, Dispatcher>();
  const agentFor = (socketPath: string | null): Dispatcher => {
    let agent = agents.get(socketPath);
    if (agent === undefined) {
      agent = new (undici().Agent)({ pipelining: 1, ...(socketPath === null ? {} : { connect: { socketPath } }) });
      agents.set(socketPath, agent);
    }
    return agent;
  };

  return {
    async fetch(url, { signal, timeoutMs, bodyBytes }) {
      const target = parseTarget(url);
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const response = await undici().request(target.url, {
        dispatcher: agentFor(target.socketPath),
        signal: limited,
        headers: { accept, "accept-encoding": "identity", "user-agent": "gennaker-scraper" },
      });
      const text = await readBody(response, bodyBytes);
      if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`);
      const type = response.headers["content-type"];
      return parseExposition(text, formatOf(typeof type === "string" ? type : null)).samples;
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
      agents.clear();
    },
  };
}

async function readBody(response: Dispatcher.ResponseData, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > limit) {
      response.body.destroy();
      throw new Error(`the answer has more than ${limit} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

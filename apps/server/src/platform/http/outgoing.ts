import { Agent, request } from "undici";

export type OutgoingRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
  maxBytes: number;
  signal: AbortSignal;
};

export type OutgoingAnswer = { status: number; headers: Record<string, string>; body: string; truncated: boolean };

/** Cloud metadata services live on link-local addresses; nothing a pipeline names may reach them. */
const forbiddenHost = /^(169\.254\.|\[?fe80:|metadata\.google\.internal$)/i;

/**
 * One request to the outside: http and https only, no redirects followed, a limit on time and size. Throws an Error whose
 * sentence names the host but never the path or the query, which may carry secrets.
 */
export function createOutgoing(): { send(request: OutgoingRequest): Promise<OutgoingAnswer>; close(): Promise<void> } {
  const dispatcher = new Agent({ connect: { timeout: 10_000 } });
  return {
    async send(input) {
      const url = checkedUrl(input.url);
      const signal = AbortSignal.any([input.signal, AbortSignal.timeout(input.timeoutMs)]);
      const answer = await request(url, {
        dispatcher,
        method: input.method as "GET",
        headers: input.headers,
        signal,
        ...(input.body === null ? {} : { body: input.body }),
      }).catch((error: unknown) => {
        throw new Error(`${url.host} could not be asked: ${(error as Error).message}`, { cause: error });
      });
      const { text, truncated } = await readBody(answer.body, input.maxBytes);
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(", ") : (value ?? ""),
        ]),
      );
      return { status: answer.statusCode, headers, body: text, truncated };
    },
    close: () => dispatcher.destroy(),
  };
}

function checkedUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error("the address is no URL; write it as https://host/path.");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(`${url.protocol} addresses are not called; use http or https.`);
  if (forbiddenHost.test(url.hostname)) throw new Error(`${url.hostname} is a link-local address and is not called.`);
  return url;
}

async function readBody(body: AsyncIterable<Buffer>, maxBytes: number): Promise<{ text: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, Math.max(0, maxBytes - size)));
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return { text: Buffer.concat(chunks).toString("utf8"), truncated: size > maxBytes };
}

import type { Peer } from "./http-peer.ts";
import { startPeer } from "./http-peer.ts";

export type FakeGithub = Peer & { put(repository: string, path: string, ref: string, content: string): void };

/**
 * The contents API of GitHub below `/api/v3`, as GitHub Enterprise has it: raw files with
 * `Accept: application/vnd.github.raw+json`, otherwise JSON with base64; 404 without the token, as for private
 * repositories; `ref` defaults to `main`.
 */
export async function startFakeGithub(token: string): Promise<FakeGithub> {
  const files = new Map<string, string>();
  const peer = await startPeer((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    const match = /^\/api\/v3\/repos\/([^/]+\/[^/]+)\/contents\/(.+)$/.exec(decodeURIComponent(url.pathname));
    const content = files.get(`${match?.[1]} ${match?.[2]} ${url.searchParams.get("ref") ?? "main"}`);
    if (content === undefined || request.headers.authorization !== `Bearer ${token}`)
      return response.writeHead(404, { "content-type": "application/json" }).end('{"message":"Not Found"}');
    if (request.headers.accept?.includes("raw") === true) return response.writeHead(200).end(content);
    const body = { type: "file", encoding: "base64", content: Buffer.from(content).toString("base64") };
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  return {
    ...peer,
    put: (repository, path, ref, content) => void files.set(`${repository} ${path} ${ref}`, content),
  };
}

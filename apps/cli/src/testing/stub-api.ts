import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { runCli } from "../run-cli.ts";
import { fakeContext } from "./fake-context.ts";

type Asked = { method: string; path: string; body: unknown };

/**
 * Runs one command line against canned answers by `METHOD /path` (below `/api/v1`); anything else is a 404 problem. A text
 * is answered as it is.
 */
export async function runAgainst(answers: Record<string, unknown>, args: string[], stdin: string | Uint8Array[] = "") {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += String(part);
    const path = decodeURIComponent((request.url ?? "").replace("/api/v1", "").split("?")[0] ?? "");
    asked.push({ method: request.method ?? "", path, body: text === "" ? null : (JSON.parse(text) as unknown) });
    const answer = answers[`${request.method} ${path}`];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    if (typeof answer === "string") return void response.end(answer);
    response.end(
      JSON.stringify(answer ?? { code: "not_found", detail: `There is nothing at ${path}.`, retryable: false }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const fake = fakeContext({ env: { GENNAKER_SERVER: address }, stdin });
    const code = await runCli(fake.context, args);
    return { code, out: fake.out(), err: fake.err(), asked };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

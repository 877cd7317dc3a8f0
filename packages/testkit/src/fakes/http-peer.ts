import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export type Peer = { url: string; requests: SeenRequest[]; close(): Promise<void> };
export type SeenRequest = { method: string; path: string; headers: IncomingMessage["headers"] };

/** A server on a free loopback port that notes what it was asked. `close` breaks what is still open. */
export async function startPeer(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<Peer> {
  const requests: SeenRequest[] = [];
  const noting: RequestListener = (request, response) => {
    requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    void listener(request, response);
  };
  const server = createServer(noting);
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => open.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

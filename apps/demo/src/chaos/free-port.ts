import type { Server } from "node:net";
import { createServer } from "node:net";

/** A loopback port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const { server, port } = await takePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Listens on a free loopback port, as another program that was there first. */
export async function takePort(): Promise<{ server: Server; port: number }> {
  const server = await listenOn(0);
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}

/** Listens on a loopback port and hangs up on everybody. */
export function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

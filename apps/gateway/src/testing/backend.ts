import http from "node:http";
import net from "node:net";

/** An instance that speaks through node:http. */
export interface Backend {
  port: number;
  server: http.Server;
  /** Requests whose head arrived. */
  seen: { method: string; url: string; headers: http.IncomingHttpHeaders; raw: string[] }[];
  /** Connections accepted so far. */
  connections: number;
  stop(): Promise<void>;
}

export async function startBackend(handler: http.RequestListener): Promise<Backend> {
  const server = http.createServer({ keepAliveTimeout: 60_000 });
  const backend: Backend = {
    port: 0,
    server,
    seen: [],
    connections: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  server.on("connection", () => {
    backend.connections += 1;
  });
  server.on("request", (request, response) => {
    const { method = "", url = "", headers, rawHeaders } = request;
    backend.seen.push({ method, url, headers, raw: rawHeaders });
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  backend.port = (server.address() as net.AddressInfo).port;
  return backend;
}

/** Answers every request with this text. */
export function saying(text: string): http.RequestListener {
  return (request, response) => {
    request.resume();
    request.on("end", () => response.end(text));
  };
}

/** An instance that handles raw connections. */
export interface RawBackend {
  port: number;
  sockets: Set<net.Socket>;
  stop(): Promise<void>;
}

export async function startRawBackend(onConnection: (socket: net.Socket) => void): Promise<RawBackend> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    sockets,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Calls back with each complete request head a raw connection sends (bodies are not told apart). */
export function onHead(socket: net.Socket, callback: (head: string) => void): void {
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
      const head = text.slice(0, end);
      text = text.slice(end + 4);
      callback(head);
    }
  });
}

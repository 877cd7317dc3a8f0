import http from "node:http";

/** Clients that send one request after the other until they are stopped, and count what they got. */
export interface Load {
  answers: number;
  /** Answers by body. */
  by: Map<string, number>;
  failures: string[];
  stop(): Promise<void>;
}

export interface LoadOptions {
  port: number;
  clients: number;
  /** False: every request opens a connection of its own. */
  keepAlive: boolean;
  method?: "GET" | "POST";
}

export function startLoad(options: LoadOptions): Load {
  const agent = new http.Agent({ keepAlive: options.keepAlive, maxSockets: options.clients });
  let stopped = false;
  const load: Load = {
    answers: 0,
    by: new Map(),
    failures: [],
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      agent.destroy();
    },
  };
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const method = options.method ?? "GET";
      const request = http.request({ port: options.port, host: "127.0.0.1", method, agent }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => (text += piece));
        response.on("error", (error) => {
          load.failures.push(`answer: ${error.message}`);
          resolve();
        });
        response.on("end", () => {
          load.answers += 1;
          load.by.set(text, (load.by.get(text) ?? 0) + 1);
          if (response.statusCode !== 200) load.failures.push(`${response.statusCode} ${text}`);
          resolve();
        });
      });
      request.on("error", (error) => {
        load.failures.push(`request: ${error.message}`);
        resolve();
      });
      request.end(method === "POST" ? "body" : undefined);
    });
  const running = Array.from({ length: options.clients }, async () => {
    while (!stopped) await one();
  });
  return load;
}

/** Sends exactly this many requests, some at a time. */
export async function sendMany(
  port: number,
  count: number,
  headers: Record<string, string> = {},
): Promise<Map<string, number>> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const by = new Map<string, number>();
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = http.get({ port, host: "127.0.0.1", agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => (text += piece));
        response.on("end", () => {
          by.set(text, (by.get(text) ?? 0) + 1);
          resolve();
        });
      });
      request.on("error", reject);
    });
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  agent.destroy();
  return by;
}

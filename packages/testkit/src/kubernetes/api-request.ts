import { request } from "node:https";

export type ApiAnswer = { status: number; body: string };

/** One plain request to an API server; rejects when no answer comes within 5 s. */
export function apiRequest(
  server: { url: string; ca: string; token: string },
  path: string,
  body?: object,
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}${path}`,
      {
        method: body === undefined ? "GET" : "POST",
        ca: server.ca,
        agent: false,
        timeout: 5_000,
        headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part: string) => (text += part));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
        answer.on("error", reject);
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`no answer to ${path} within 5 s`)));
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

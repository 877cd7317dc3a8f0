import { request } from "node:http";
import { quantile, startRealServer } from "../real-server.ts";

const password = "correct horse battery";
const perSecond = 200;
const stages = 30;

type Answer = { status: number; text: string; cookie: string; location: string };

function call(
  base: string,
  method: string,
  path: string,
  { headers = {}, body = "", from }: { headers?: Record<string, string>; body?: string; from?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      method,
      path,
      headers,
      agent: false,
      ...(from === undefined ? {} : { localAddress: from }),
    };
    const sent = request(options, (response) => {
      let text = "";
      response.on("data", (piece: Buffer) => (text += piece.toString()));
      response.on("end", () => {
        const cookie = (response.headers["set-cookie"] ?? []).map((line) => line.split(";")[0]).join("; ");
        resolve({ status: response.statusCode ?? 0, text, cookie, location: response.headers.location ?? "" });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const form = { "content-type": "application/x-www-form-urlencoded" };
const json = { "content-type": "application/json" };

/** Logins of different people from different addresses, so many a second; gives what was answered. */
function startStorm(base: string): () => Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const open = new Set<Promise<void>>();
  let count = 0;
  const begun = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    for (; count < due; count += 1) {
      const body = new URLSearchParams({ username: `user${count % 20}`, password }).toString();
      const from = `127.0.${1 + (count % 4)}.${1 + (count % 200)}`;
      const one = call(base, "POST", "/ui/login", { headers: form, body, from })
        .then(({ status }) => void statuses.set(status, (statuses.get(status) ?? 0) + 1))
        .catch(() => void statuses.set(0, (statuses.get(0) ?? 0) + 1))
        .finally(() => open.delete(one));
      open.add(one);
    }
  }, 10);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    return statuses;
  };
}

/**
 * A chain of stages on a real server whose people log in: from one stage's end to the next one's start in milliseconds,
 * in turns without and with a storm of logins.
 */
export async function measureStorm(rounds: number): Promise<Record<string, number>> {
  const server = await startRealServer("access-storm", { access: { local: true } });
  try {
    const token = await server.setupToken();
    await call(server.url, "POST", "/ui/setup", {
      headers: form,
      body: new URLSearchParams({ token, username: "boss", password }).toString(),
    });
    const basic = { authorization: `Basic ${Buffer.from(`boss:${password}`).toString("base64")}` };
    const send = async (method: string, path: string, body: unknown) => {
      const answer = await call(server.url, method, path, {
        headers: { ...json, ...basic },
        body: JSON.stringify(body),
      });
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      return JSON.parse(answer.text) as { id: string; token: string };
    };
    for (let user = 0; user < 20; user += 1)
      await send("PUT", `/api/v1/access/users/user${user}`, { password, roles: ["viewer"] });
    const made = await send("POST", "/api/v1/access/tokens", { name: "bench" });
    basic.authorization = `Bearer ${made.token}`;
    const chain = Array.from({ length: stages }, (_, index) => ({
      refId: String(index),
      requisiteStageRefIds: index === 0 ? [] : [String(index - 1)],
      type: "evaluateVariables",
      name: `s${index}`,
      variables: [],
    }));
    const { id: pipeline } = await send("POST", "/api/v1/pipelines", {
      name: "chain",
      application: "bench",
      stages: chain,
    });

    const hops = async () => {
      const { id } = await send("POST", `/api/v1/pipelines/${pipeline}/executions`, {});
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        // On a machine that is full a connection may fail; the run goes on, and is asked about again.
        const answer = await call(server.url, "GET", `/api/v1/executions/${id}`, { headers: basic }).catch(() => null);
        if (answer === null) continue;
        const { text } = answer;
        const run = JSON.parse(text) as { status: string; startTime: string; endTime: string };
        if (run.status === "SUCCEEDED") return (Date.parse(run.endTime) - Date.parse(run.startTime)) / stages;
        if (run.status !== "RUNNING" && run.status !== "NOT_STARTED") throw new Error(`the chain is ${run.status}`);
      }
    };
    const [calm, storm]: [number[], number[]] = [[], []];
    const statuses = new Map<number, number>();
    let seconds = 0;
    for (let warm = 0; warm < 3; warm += 1) await hops();
    for (let round = 0; round < rounds; round += 1) {
      for (let run = 0; run < 3; run += 1) calm.push(await hops());
      const begun = performance.now();
      const end = startStorm(server.url);
      await new Promise((resolve) => setTimeout(resolve, 500));
      for (let run = 0; run < 3; run += 1) storm.push(await hops());
      seconds += (performance.now() - begun) / 1_000;
      for (const [status, count] of await end()) statuses.set(status, (statuses.get(status) ?? 0) + count);
    }
    const all = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    return {
      storm_asked_per_s: all / seconds,
      storm_logged_in_per_s: (statuses.get(303) ?? 0) / seconds,
      storm_told_to_wait: (statuses.get(429) ?? 0) / all,
      storm_failed: (all - (statuses.get(303) ?? 0) - (statuses.get(429) ?? 0)) / all,
      hop_calm_ms: quantile(calm, 0.5),
      hop_storm_ms: quantile(storm, 0.5),
      hop_storm_ratio: quantile(storm, 0.5) / quantile(calm, 0.5),
    };
  } finally {
    await server.stop();
  }
}

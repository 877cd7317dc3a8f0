import { openApiDocument } from "@gennaker/contract/openapi.ts";
import fc from "fast-check";
import { fuzzRequests, openApiRoutes } from "../../apps/server/src/compose/fixtures/fuzz-requests.ts";
import type { FuzzRequest } from "../../apps/server/src/compose/fixtures/fuzz-requests.ts";
import { call } from "../../apps/server/src/compose/fixtures/http.ts";
import { gateRoutes } from "../../apps/server/src/gate/routes.ts";
import type { Measured, RunOptions } from "../benchmark.ts";
import { startRealServer } from "../real-server.ts";

export const name = "fuzz";
export const describe =
  "20,000 random requests (2,000 with --quick) to every path of the own API and of Gate: how many failed inside (5xx) or hung.";

const atOnce = 4;
/** What may be told of the failures. */
const shown = 10;

export async function run(options: RunOptions): Promise<Measured> {
  const count = options.quick === true ? 2_000 : 20_000;
  const routes = [
    ...openApiRoutes(openApiDocument("bench")).filter(({ path }) => path !== "/api/v1/events"),
    ...gateRoutes({} as never).map(({ method, path }) => ({ method, path })),
  ];
  const seed = Math.floor(Math.random() * 2 ** 31);
  const requests = fc.sample(fuzzRequests(routes), { numRuns: count, seed });
  const server = await startRealServer("fuzz");
  const statuses = new Map<number, number>();
  const failures: string[] = [];
  let hung = 0;
  const began = performance.now();
  try {
    const one = async ({ method, path, body }: FuzzRequest): Promise<void> => {
      const headers = { "content-type": "application/json" };
      try {
        const answer = await call(server.url, path, { method, headers, ...(body === undefined ? {} : { body }) });
        const kind = Math.floor(answer.status / 100);
        statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
        if (kind === 5) failures.push(`${answer.status} ${method} ${path} ${body ?? ""}`.slice(0, 500));
      } catch (error) {
        hung += 1;
        failures.push(`${(error as Error).message} ${method} ${path} ${body ?? ""}`.slice(0, 500));
      }
    };
    const workers = Array.from({ length: atOnce }, async () => {
      for (let next = requests.pop(); next !== undefined; next = requests.pop()) await one(next);
    });
    await Promise.all(workers);
  } finally {
    await server.stop();
  }
  for (const each of failures.slice(0, shown)) process.stderr.write(`seed ${seed}: ${each}\n`);
  return {
    figures: {
      requests: count,
      answered_2xx: statuses.get(2) ?? 0,
      refused_4xx: statuses.get(4) ?? 0,
      failed_5xx: statuses.get(5) ?? 0,
      hung,
      per_s: Math.round(count / ((performance.now() - began) / 1_000)),
    },
  };
}

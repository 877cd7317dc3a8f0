import type { FastifyInstance } from "fastify";
import type { Database } from "../platform/database/api.ts";

const patienceMs = 2_000;

export type Health = {
  /** Whether this process can be used now, and if not why, in words. */
  look(): Promise<{ up: boolean; reason: string }>;
  /** Everything is started; until then it is down. */
  ready(): void;
  /** It takes no new work any more. */
  draining(): void;
};

/** Up from the moment everything is started until the stop begins, while the database answers. */
export function createHealth(database: Pick<Database, "query">): Health {
  let away = "Gennaker is starting";
  return {
    async look() {
      if (away !== "") return { up: false, reason: away };
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), patienceMs)));
      const answers = database.query("select 1").then(
        () => true as const,
        () => false as const,
      );
      const up = await Promise.race([answers, late]);
      clearTimeout(timer);
      return { up, reason: up ? "" : "the database does not answer; runs stand still and go on when it is back" };
    },
    ready: () => (away = ""),
    draining: () => (away = "Gennaker is stopping"),
  };
}

/** `GET /health`: 200 `{status:"UP"}` or 503 `{status:"DOWN", reason}`. */
export function addHealth(server: FastifyInstance, health: Health): void {
  server.get("/health", async (_request, reply) => {
    const { up, reason } = await health.look();
    const body = up ? { status: "UP" } : { status: "DOWN", reason };
    return reply
      .status(up ? 200 : 503)
      .header("cache-control", "no-store")
      .type("application/json; charset=utf-8")
      .send(JSON.stringify(body));
  });
}

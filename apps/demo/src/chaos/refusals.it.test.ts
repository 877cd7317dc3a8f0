import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takePort } from "./free-port.ts";
import { processesOf } from "./processes.ts";
import type { Refusal, ServerOptions } from "./server.ts";
import { ServerRefused, startServer } from "./server.ts";
import { makeFolder } from "./temporary.ts";
import { until } from "./until.ts";

describe("a server that cannot start", () => {
  let folder: ReturnType<typeof makeFolder>;
  const leave: (() => Promise<unknown>)[] = [];

  beforeEach(() => void (folder = makeFolder("gennaker-chaos-refused-")));

  afterEach(async () => {
    for (const each of leave.splice(0).toReversed()) await each();
    await until("nothing runs any more", () => processesOf(folder.path).length === 0);
    folder.remove();
  });

  function options(more: Partial<ServerOptions> = {}): ServerOptions {
    const logFile = join(folder.path, "server.log");
    writeFileSync(logFile, "", { flag: "a" });
    return { dataDirectory: join(folder.path, "data"), port: 0, logFile, ...more };
  }

  async function refused(more: Partial<ServerOptions>): Promise<Refusal> {
    try {
      const server = await startServer(options(more));
      await server.stop();
    } catch (error) {
      if (error instanceof ServerRefused) return error.refusal;
      throw error;
    }
    throw new Error("the server started");
  }

  /** The sentence that it ends with, behind what it had logged. */
  const lastLine = ({ message }: Refusal) => message.split("\n").at(-1);

  test("a port that another program has is a clear refusal, and nothing stays behind", async () => {
    const { server, port } = await takePort();
    leave.push(() => new Promise((resolve) => server.close(resolve)));
    const refusal = await refused({ port });
    expect(refusal.code).toBe(1);
    expect(lastLine(refusal)).toBe(
      `gennaker: port ${port} of 127.0.0.1 is taken. Stop what listens there, or choose another with --port (0 takes a free one).`,
    );
    await until("the database has stopped too", () => processesOf(folder.path).length === 0);
  });

  // Root may write anywhere but where there is nothing to write to.
  test.each([
    [
      "below a file",
      () => {
        writeFileSync(join(folder.path, "file"), "");
        return join(folder.path, "file", "data");
      },
    ],
    ["where nobody can make directories", () => "/proc/gennaker-data"],
  ])("a data directory %s is a clear refusal", async (_where, place) => {
    const dataDirectory = place();
    const refusal = await refused({ dataDirectory });
    expect(refusal.code).toBe(1);
    expect(refusal.message.split("\n")).toHaveLength(1);
    expect(refusal.message).toMatch(/^gennaker: .*\.$/);
    expect(refusal.message).toContain(dataDirectory);
  });

  test("a data directory that another Gennaker has is refused with that one's process id", async () => {
    const first = await startServer(options());
    leave.push(() => first.stop());
    const refusal = await refused({});
    expect(refusal.code).toBe(1);
    expect(lastLine(refusal)).toMatch(new RegExp(`^gennaker: .*\\b${first.pid}\\b`));
    expect(await (await fetch(`${first.url}/health`)).json()).toEqual({ status: "UP" });
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFakeCluster, type FakeCluster } from "../testing/fake-cluster.ts";
import { until } from "../testing/until.ts";
import { followLogs, type LogOptions } from "./follow-logs.ts";
import { createLineCursor, readTimedLines } from "./log-lines.ts";

const time = (second: number, ms = 0) => new Date(Date.UTC(2026, 0, 1, 0, 0, second, ms));

describe("logs", () => {
  let cluster: FakeCluster;
  const write = (pod: string, text: string, at: Date, container = "app", previous = false) =>
    cluster.api.pods.appendLog({ namespace: "default", pod, container, previous }, text, at);
  const put = (name: string, state: Record<string, unknown> = { running: {} }) =>
    cluster.api.put({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name },
      spec: { containers: [{ name: "app" }, { name: "side" }] },
      status: {
        phase: "Running",
        containerStatuses: [
          { name: "app", state },
          { name: "side", state },
        ],
      },
    });
  const read = async (options: Partial<LogOptions> & Pick<LogOptions, "sources">, lines: string[] = []) => {
    for await (const line of followLogs(cluster.client, { namespace: "default", ...options })) {
      lines.push(`${line.pod}/${line.container} ${line.text}`);
    }
    return lines;
  };

  beforeEach(async () => {
    cluster = await startFakeCluster();
    put("a");
    put("b");
  });
  afterEach(() => cluster.close());

  test("reads all containers of several pods, or the tail of one", async () => {
    write("a", "one", time(1));
    write("a", "two", time(2), "side");
    write("b", "three", time(3));
    const all = await read({ sources: [{ pod: "a" }, { pod: "b", container: "app" }] });
    expect(all.toSorted()).toEqual(["a/app one", "a/side two", "b/app three"]);
    for (const text of ["x", "y", "z"]) write("a", text, time(9));
    expect(await read({ sources: [{ pod: "a", container: "app" }], tailLines: 2 })).toEqual(["a/app y", "a/app z"]);
    expect(await read({ sources: [{ pod: "a", container: "app" }], sinceTime: time(5).toISOString() })).toHaveLength(3);
  });

  test("follows over broken connections without losing or doubling a line", async () => {
    write("a", "1", time(1));
    write("a", "2", time(1));
    const lines: string[] = [];
    const reading = read({ sources: [{ pod: "a", container: "app" }], follow: true }, lines);
    await until(() => lines.length === 2, "the beginning");
    cluster.api.pods.dropLogs();
    write("a", "3", time(1));
    write("a", "4", time(1, 500));
    await until(() => lines.length === 4, "what came in between");
    cluster.api.pods.endLogs();
    write("a", "5", time(1, 500));
    await until(() => lines.length === 5, "what came after an orderly end");
    put("a", { terminated: { exitCode: 0 } });
    cluster.api.pods.endLogs();
    await reading;
    expect(lines).toEqual([1, 2, 3, 4, 5].map((n) => `a/app ${n}`));
  });

  test("the previous run, and where there is none", async () => {
    write("a", "crashed", time(1), "app", true);
    expect(await read({ sources: [{ pod: "a", container: "app" }], previous: true })).toEqual(["a/app crashed"]);
    const none = read({ sources: [{ pod: "b", container: "app" }], previous: true });
    await expect(none).rejects.toMatchObject({ code: 400, message: expect.stringContaining("not found") });
  });

  test("a pod that does not exist is an error, and a reader may leave", async () => {
    await expect(read({ sources: [{ pod: "gone" }] })).rejects.toMatchObject({ reason: "NotFound" });
    write("a", "first", time(1));
    for await (const line of followLogs(cluster.client, {
      namespace: "default",
      sources: [{ pod: "a" }],
      follow: true,
    })) {
      expect(line.text).toBe("first");
      break;
    }
    const stop = new AbortController();
    const reading = read({ sources: [{ pod: "b" }], follow: true, signal: stop.signal });
    stop.abort(new Error("left"));
    await expect(reading).rejects.toThrow("left");
  });

  test("lines survive any split of the bytes, also within a letter", async () => {
    const bytes = Buffer.from("2026-01-01T00:00:01Z ä\n\n2026-01-01T00:00:02Z\nno time");
    async function* pieces() {
      for (const byte of bytes) yield Buffer.from([byte]);
    }
    const lines = [];
    for await (const line of readTimedLines(pieces())) lines.push(line);
    expect(lines).toEqual([
      { time: "2026-01-01T00:00:01Z", text: "ä" },
      { time: "", text: "" },
      { time: "2026-01-01T00:00:02Z", text: "" },
      { time: "", text: "no time" },
    ]);
  });

  test("the cursor counts lines of one time", () => {
    const cursor = createLineCursor();
    const line = (text: string, at = "T1") => ({ time: at, text });
    expect([line("a"), line("b")].map(cursor.isNew)).toEqual([true, true]);
    cursor.resume();
    expect([line("z", "T0"), line("a"), line("b"), line("c"), line("d", "T2")].map(cursor.isNew)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    cursor.resume();
    expect([line("c"), line("d", "T2"), line("e", "T2")].map(cursor.isNew)).toEqual([false, false, true]);
  });
});

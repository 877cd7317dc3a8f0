import { whyNoNode } from "@gennaker/testkit/kubernetes/node/probe.ts";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubeObject } from "../objects.ts";
import { podOf, startRealNodeCluster, type RealNodeCluster } from "../testing/real-node.ts";
import { exec, type ExecOptions } from "./exec.ts";
import { followLogs, type LogLine, type LogOptions } from "./follow-logs.ts";
import { portForward } from "./port-forward.ts";

const skipped = await whyNoNode();
const namespace = "default";
const podKind = { apiVersion: "v1", kind: "Pod" };

const slowStart = (image: string) => ({ name: "slow", image, args: ["wait", "2"] });

describe.skipIf(skipped !== null)(`logs, commands and ports of Pods that really run (${skipped ?? ""})`, () => {
  let cluster: RealNodeCluster;
  let image = "";
  beforeAll(async () => {
    cluster = await startRealNodeCluster();
    image = await cluster.node.addWeb("v1");
    await Promise.all([
      cluster.client.create(podOf("web", image, { main: ["serve"] })),
      cluster.client.create(
        podOf("talker", image, { one: ["say", "one", "30", "20"], two: ["say", "two", "30", "20"] }),
      ),
    ]);
    await phase("web", "Running");
  });
  afterAll(() => cluster?.close());

  const phase = (name: string, wanted: string) => cluster.until(name, (status) => status["phase"] === wanted);
  const create = (pod: KubeObject) => cluster.client.create(pod);
  const lines = async (options: Omit<LogOptions, "namespace">): Promise<LogLine[]> => {
    const found: LogLine[] = [];
    for await (const line of followLogs(cluster.client, { namespace, ...options })) found.push(line);
    return found;
  };
  const texts = (found: readonly LogLine[], container: string) =>
    found.filter((line) => line.container === container).map(({ text }) => text);
  const numbered = (word: string, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => `${word} ${from + at}`);
  const run = async (options: Omit<ExecOptions, "namespace" | "pod">) => {
    const taken = { stdout: "", stderr: "" };
    const into = (name: "stdout" | "stderr") =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          taken[name] += chunk.toString("utf8");
          done();
        },
      });
    const { exitCode } = await exec(cluster.client, {
      namespace,
      pod: "web",
      stdout: into("stdout"),
      stderr: into("stderr"),
      ...options,
    });
    return { exitCode, ...taken };
  };

  test("a followed log has every line of all containers, from their start to their end", async () => {
    await create(podOf("starting", image, { main: ["say", "begun", "3"] }, { initContainers: [slowStart(image)] }));
    const starting = await lines({ sources: [{ pod: "starting", container: "main" }], follow: true });
    expect(texts(starting, "main")).toEqual(numbered("begun", 1, 3));
    const found = await lines({ sources: [{ pod: "talker" }], follow: true });
    expect(texts(found, "one")).toEqual(numbered("one", 1, 30));
    expect(texts(found, "two")).toEqual(numbered("two", 1, 30));
    expect(new Set(found.map(({ pod }) => pod))).toEqual(new Set(["talker"]));
  });

  test("a log can be read from its end, and from a time on", async () => {
    await phase("talker", "Succeeded");
    const tail = await lines({ sources: [{ pod: "talker", container: "one" }], tailLines: 3 });
    expect(texts(tail, "one")).toEqual(numbered("one", 28, 30));
    const [from] = tail;
    const since = await lines({
      sources: [{ pod: "talker", container: "one" }],
      ...(from === undefined
        ? {}
        : { sinceTime: new Date(Math.floor(Date.parse(from.time) / 1000) * 1000).toISOString() }),
    });
    expect(texts(since, "one").slice(-3)).toEqual(numbered("one", 28, 30));
    const hour = await lines({ sources: [{ pod: "talker" }], sinceSeconds: 3_600 });
    expect([texts(hour, "one").length, texts(hour, "two").length]).toEqual([30, 30]);
    await expect(lines({ sources: [{ pod: "talker", container: "none" }] })).rejects.toMatchObject({ code: 400 });
    await expect(lines({ sources: [{ pod: "nobody" }], follow: true })).rejects.toMatchObject({ code: 404 });
  });

  test("the log of the run before is there after a restart", async () => {
    await create(podOf("restarting", image, { main: ["exit", "7", "the first words"] }, { restartPolicy: "Always" }));
    type Container = { state?: { waiting?: { reason?: string } } };
    const waitsFor = (status: Record<string, unknown>) =>
      ((status["containerStatuses"] ?? []) as Container[])[0]?.state?.waiting?.reason;
    await cluster.until("restarting", (status) => waitsFor(status) === "CrashLoopBackOff");
    const before = await lines({ sources: [{ pod: "restarting" }], previous: true, follow: true });
    expect(texts(before, "main")).toEqual(["the first words"]);
    const never = lines({ sources: [{ pod: "web" }], previous: true });
    await expect(never).rejects.toMatchObject({ code: 400, message: expect.stringContaining("previous") });
  });

  test("the log of a Pod that is deleted ends", async () => {
    await create(podOf("short", image, { main: ["say", "still", "100000", "20"] }));
    await phase("short", "Running");
    const found: string[] = [];
    for await (const { text } of followLogs(cluster.client, { namespace, sources: [{ pod: "short" }], follow: true })) {
      found.push(text);
      if (found.length === 5) await cluster.client.delete({ ...podKind, name: "short", namespace });
    }
    expect(found).toEqual(numbered("still", 1, found.length));
  });

  test("a command gets its arguments as they are, and its exit code and both outputs come back", async () => {
    const words = ["a b", "$HOME", "'\"", "", "ü"];
    expect(await run({ command: ["/web", "args", ...words] })).toEqual({
      exitCode: 0,
      stdout: `${words.join("|")}\n`,
      stderr: "",
    });
    expect(await run({ command: ["/web", "exit", "42", "it went wrong"] })).toEqual({
      exitCode: 42,
      stdout: "",
      stderr: "it went wrong\n",
    });
    await expect(run({ command: ["/nothing"] })).rejects.toThrow("/nothing");
    await expect(run({ command: ["/web", "args"], container: "none" })).rejects.toMatchObject({ code: 400 });
  });

  test("a megabyte goes in and comes out, and the end of the input is the command's end", async () => {
    const part = "0123456789abcdef".repeat(4_096);
    const parts = Array.from({ length: 16 }, (_, at) => `${at} ${part}\n`);
    async function* input() {
      for (const each of parts) yield each;
    }
    const { exitCode, stdout } = await run({ command: ["/web", "cat"], stdin: input() });
    expect(exitCode).toBe(0);
    expect(stdout === parts.join("")).toBe(true);
  });

  test("a terminal has the size it is told", async () => {
    async function* sizes() {
      yield { columns: 97, rows: 31 };
    }
    const { stdout } = await run({ command: ["/web", "terminal"], tty: true, sizes: sizes() });
    expect(stdout.trim()).toBe("97 columns, 31 rows");
    expect((await run({ command: ["/web", "terminal"] })).stdout.trim()).toBe("no terminal");
  });

  test("a command can be left", async () => {
    const leaving = new AbortController();
    const left = run({ command: ["/web", "wait"], signal: leaving.signal });
    setTimeout(() => leaving.abort(new Error("left")), 500);
    await expect(left).rejects.toThrow("left");
  });

  test("a forwarded port leads to the Pod, and says when nobody listens", async () => {
    const errors: unknown[] = [];
    const forward = await portForward(cluster.client, { namespace, pod: "web", port: 8080 });
    try {
      const answers = await Promise.all([1, 2, 3].map(() => fetch(`http://127.0.0.1:${forward.localPort}/`)));
      expect(answers.map(({ headers }) => headers.get("x-version"))).toEqual(["v1", "v1", "v1"]);
      expect(await answers[0]?.text()).toBe("v1 web\n");
    } finally {
      await forward.close();
    }
    const closed = await portForward(cluster.client, {
      namespace,
      pod: "web",
      port: 9,
      onError: (error) => errors.push(error),
    });
    try {
      await expect(fetch(`http://127.0.0.1:${closed.localPort}/`)).rejects.toThrow();
      await expect.poll(() => String(errors[0])).toContain("port 9 of web");
    } finally {
      await closed.close();
    }
  });
});

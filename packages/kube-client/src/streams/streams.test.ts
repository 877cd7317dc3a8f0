import { connect } from "node:net";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ExecSession, ForwardSession } from "@gennaker/testkit/fakes/kube-api/pod-streams.ts";
import { startFakeCluster, type FakeCluster } from "../testing/fake-cluster.ts";
import { exec } from "./exec.ts";
import { portForward } from "./port-forward.ts";

describe("exec", () => {
  let cluster: FakeCluster;
  let program: (session: ExecSession) => void;
  const at = { namespace: "default", pod: "web" };

  beforeEach(async () => {
    cluster = await startFakeCluster({ tls: true, programs: { exec: (session) => program(session) } });
    cluster.api.put({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec: { containers: [{ name: "c" }] },
    });
  });
  afterEach(() => cluster.close());

  test("gives both outputs and the exit code", async () => {
    let asked: unknown;
    program = (session) => {
      asked = [session.command, session.container, session.tty];
      session.stdout("out ");
      session.stderr("err");
      session.stdout("more");
      session.exit(3);
    };
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const result = await exec(cluster.client, { ...at, container: "c", command: ["ls", "-l; rm"], stdout, stderr });
    stdout.end();
    stderr.end();
    expect(result).toEqual({ exitCode: 3 });
    expect([await text(stdout), await text(stderr)]).toEqual(["out more", "err"]);
    expect(asked).toEqual([["ls", "-l; rm"], "c", false]);
  });

  test("sends input with its end, in whatever sizes", async () => {
    program = (session) => {
      let size = 0;
      session.onStdin((data) => (size += data.length));
      session.onStdinEnd(() => {
        session.stdout(String(size));
        session.exit(0);
      });
    };
    async function* input() {
      yield "short";
      yield Buffer.alloc(200);
      yield Buffer.alloc(70_000);
    }
    const stdout = new PassThrough();
    const result = await exec(cluster.client, { ...at, command: ["wc"], stdin: input(), stdout });
    stdout.end();
    expect([result.exitCode, await text(stdout)]).toEqual([0, "70205"]);
  });

  test("tells the size of the terminal", async () => {
    program = (session) => session.onResize((size) => session.exit(size.Width === 80 && size.Height === 25 ? 0 : 1));
    async function* sizes() {
      yield { columns: 80, rows: 25 };
    }
    expect(await exec(cluster.client, { ...at, command: ["sh"], tty: true, sizes: sizes() })).toEqual({ exitCode: 0 });
  });

  test("a broken connection never looks like success", async () => {
    program = (session) => {
      session.stdout("half");
      session.breakOff();
    };
    const broken = exec(cluster.client, { ...at, command: ["x"], stdout: new PassThrough() });
    await expect(broken).rejects.toMatchObject({
      reason: "Unreachable",
      message: expect.stringContaining("not known"),
    });
  });

  test("a refusal has the server's words", async () => {
    const missing = exec(cluster.client, { ...at, pod: "gone", command: ["x"] });
    await expect(missing).rejects.toMatchObject({ code: 404, reason: "NotFound" });
    cluster.api.rules.allow = ({ path }) => !path.endsWith("/exec");
    const forbidden = exec(cluster.client, { ...at, command: ["x"] });
    await expect(forbidden).rejects.toMatchObject({ code: 403, message: expect.stringContaining("Role") });
  });

  test("stops when asked to", async () => {
    const stop = new AbortController();
    program = () => stop.abort(new Error("enough"));
    await expect(exec(cluster.client, { ...at, command: ["x"], signal: stop.signal })).rejects.toThrow("enough");
  });
});

describe("port forward", () => {
  let cluster: FakeCluster;
  let program: (session: ForwardSession) => { data(chunk: Buffer): void; closed(): void };

  beforeEach(async () => {
    cluster = await startFakeCluster({ programs: { forward: (session) => program(session) } });
    cluster.api.put({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web" },
      spec: { containers: [{ name: "c" }] },
    });
  });
  afterEach(() => cluster.close());

  test("carries bytes both ways, several connections at once", async () => {
    program = ({ port, send, close }) => ({
      data: (chunk) => {
        send(Buffer.from(`${port}:${chunk.toString().toUpperCase()}`));
        close();
      },
      closed: () => {},
    });
    const forward = await portForward(cluster.client, { namespace: "default", pod: "web", port: 8080 });
    const ask = async (word: string) => {
      const socket = connect(forward.localPort, "127.0.0.1");
      socket.write(word);
      return text(socket);
    };
    expect(await Promise.all([ask("one"), ask("two")])).toEqual(["8080:ONE", "8080:TWO"]);
    await forward.close();
    expect(forward.connections()).toBe(0);
  });

  test("tells why a connection failed and goes on", async () => {
    program = ({ fail }) => {
      fail("connection refused");
      return { data: () => {}, closed: () => {} };
    };
    const errors: unknown[] = [];
    const forward = await portForward(cluster.client, {
      namespace: "default",
      pod: "web",
      port: 9,
      onError: (error) => errors.push(error),
    });
    const socket = connect(forward.localPort, "127.0.0.1");
    socket.on("error", () => {});
    await new Promise((resolve) => socket.on("close", resolve));
    expect(String(errors[0])).toContain("port 9 of web: connection refused");
    await forward.close();
  });
});

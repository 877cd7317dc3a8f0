import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { createServer as createTcp } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTls } from "node:tls";
import type { Server as TlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { bodyOf, startPeer } from "@gennaker/testkit/fakes/http-peer.ts";
import { afterAll, describe, expect, test, vi } from "vitest";
import { createOutgoing } from "../../outgoing/create-outgoing.ts";
import { createOpenSocket } from "../../outgoing/open-socket.ts";
import { outgoingSchema } from "../../outgoing/settings.ts";
import { createExporter } from "../create-exporter.ts";
import type { Scene } from "../testing/scene.ts";
import { openScene } from "../testing/scene.ts";
import { auditSchema } from "../settings.ts";
import { otlpSink } from "./otlp.ts";
import type { Sink } from "./sink.ts";
import { syslogSink } from "./syslog.ts";

const scene: Scene = await openScene();
afterAll(() => scene.end());

const pem = (name: string) => fileURLToPath(new URL(`../../outgoing/fixtures/${name}.pem`, import.meta.url));
const guard = {
  settings: outgoingSchema.parse({
    ca: [pem("ca")],
    clientCertificates: { siem: { cert: pem("client"), key: pem("client-key") } },
  }),
  localAllowed: false,
};
const outgoing = createOutgoing({ ...guard, env: {} });
const openSocket = createOpenSocket(guard);
afterAll(() => outgoing.close());

const lead = {
  signal: new AbortController().signal,
  transaction: <T>(work: Parameters<Scene["database"]["transaction"]>[0]) =>
    scene.database.transaction(work) as Promise<T>,
} as Parameters<ReturnType<typeof createExporter>["run"]>[0];

async function told(count: number, resource: string): Promise<void> {
  for (let index = 1; index <= count; index += 1) await scene.write({ resource: `${resource}/${index}` });
  await scene.seal();
}

function exporterOf(sink: Sink, now = Date.now) {
  const messages: string[] = [];
  const exporter = createExporter({
    database: scene.database,
    sinks: [sink],
    log: (_l, text) => void messages.push(text),
    now,
  });
  return { exporter, messages };
}

type Syslog = { port: number; text(): string; drop(): void; close(): Promise<void> };

function stream(make: (heard: (socket: Socket) => void) => ReturnType<typeof createTcp> | TlsServer): Promise<Syslog> {
  const parts: Buffer[] = [];
  const open = new Set<Socket>();
  const server = make((socket) => {
    open.add(socket);
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.on("error", () => undefined);
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        text: () => Buffer.concat(parts).toString("utf8"),
        drop: () => [...open].forEach((socket) => socket.destroy()),
        close: () =>
          new Promise((done) => {
            for (const socket of open) socket.destroy();
            server.close(() => done());
          }),
      }),
    ),
  );
}

/** Messages framed by their length in bytes (RFC 6587). */
function frames(text: string): string[] {
  const bytes = Buffer.from(text);
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(" ", at);
    const length = Number(bytes.subarray(at, space).toString());
    found.push(bytes.subarray(space + 1, space + 1 + length).toString("utf8"));
    at = space + 1 + length;
  }
  return found;
}

const sinkOf = (settings: object) => auditSchema.parse({ sinks: [settings] }).sinks[0] as never;

describe("OTLP", () => {
  test("entries arrive as log records, with the header's secret; an outage and a restart lose nothing", async () => {
    let status = 503;
    const bodies: { resourceLogs: { scopeLogs: { logRecords: Record<string, unknown>[] }[] }[] }[] = [];
    const collector = await startPeer(async (request, response) => {
      const body = (await bodyOf(request)).toString("utf8");
      if (status === 200) bodies.push(JSON.parse(body) as never);
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
    const settings = sinkOf({
      name: "siem",
      type: "otlp",
      url: collector.url,
      headers: { Authorization: "Bearer secret://x" },
    });
    const make = () =>
      otlpSink(settings, { outgoing, reveal: async (text) => text.replace("secret://x", "t0p"), version: "1" });
    await told(3, "a");
    let time = 0;
    const first = exporterOf(make(), () => time);
    await first.exporter.run(lead);
    expect(first.messages).toEqual([expect.stringContaining("siem and is tried again: the collector")]);
    await first.exporter.run(lead);
    expect(collector.requests).toHaveLength(1);
    const [row] = await scene.database.query<{ seq: number; error: string }>(
      "select seq, error from platform_audit_sink",
    );
    expect(row).toMatchObject({ seq: 0, error: expect.stringContaining("503") as string });

    status = 200;
    time += 1_000;
    await first.exporter.run(lead);
    expect(first.messages.at(-1)).toContain("goes to siem again");
    await told(2, "b");
    await exporterOf(make()).exporter.run(lead);
    const records = bodies.flatMap((body) => body.resourceLogs[0]?.scopeLogs[0]?.logRecords ?? []);
    const values = (record: Record<string, unknown>, key: string) =>
      (record["attributes"] as { key: string; value: object }[]).find((each) => each.key === key)?.value;
    expect(records.map((record) => values(record, "gennaker.audit.resource"))).toEqual(
      ["a/1", "a/2", "a/3", "b/1", "b/2"].map((stringValue) => ({ stringValue })),
    );
    expect(records.map((record) => values(record, "gennaker.audit.seq"))).toEqual(
      ["1", "2", "3", "4", "5"].map((intValue) => ({ intValue })),
    );
    expect(records[0]).toMatchObject({
      timeUnixNano: expect.stringMatching(/^\d{19}$/) as string,
      severityNumber: 9,
      body: { stringValue: "kim: pipeline.update a/1" },
    });
    expect(collector.requests[0]).toMatchObject({
      method: "POST",
      path: "/v1/logs",
      headers: { authorization: "Bearer t0p" },
    });
    expect((await scene.database.query("select seq, error from platform_audit_sink"))[0]).toEqual({
      seq: 5,
      error: null,
    });
    await collector.close();
  });

  test("records that a collector refuses are sent again", async () => {
    const collector = await startPeer((_request, response) =>
      response.end(JSON.stringify({ partialSuccess: { rejectedLogRecords: "2" } })),
    );
    const { exporter, messages } = exporterOf(
      otlpSink(sinkOf({ name: "part", type: "otlp", url: `${collector.url}/in` }), {
        outgoing,
        reveal: async (t) => t,
        version: "1",
      }),
    );
    await exporter.run(lead);
    expect(messages).toEqual([expect.stringContaining("refused 2 of")]);
    await collector.close();
  });
});

describe("syslog", () => {
  test("over TCP: framed messages of RFC 5424, and again after the connection was lost", async () => {
    const receiver = await stream((heard) => createTcp(heard));
    const { exporter, messages } = exporterOf(
      syslogSink(
        sinkOf({ name: "tcp", type: "syslog", address: `tcp://127.0.0.1:${receiver.port}`, hostname: "cd-1" }),
        openSocket,
      ),
      () => 0,
    );
    await told(1, 'quo"te]');
    await exporter.run(lead);
    await vi.waitFor(() => expect(frames(receiver.text()).at(-1)).toContain('quo\\"te]'));
    const message = frames(receiver.text()).at(-1) ?? "";
    expect(message).toMatch(
      /^<109>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z cd-1 gennaker \d+ pipeline\.update \[gennaker@32473 seq="6" hash="[0-9a-f]{64}" actor="kim" action="pipeline\.update" outcome="done"\] \ufeff\{/,
    );
    expect(JSON.parse(message.slice(message.indexOf("\ufeff") + 1))).toMatchObject({ seq: 6, after: { name: "b" } });
    receiver.drop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await told(1, "after");
    await exporter.run(lead);
    expect(messages).toHaveLength(1);
    const again = exporterOf(
      syslogSink(sinkOf({ name: "tcp", type: "syslog", address: `tcp://127.0.0.1:${receiver.port}` }), openSocket),
    );
    await again.exporter.run(lead);
    await vi.waitFor(() => expect(frames(receiver.text()).at(-1)).toContain("after/1"));
    again.exporter.close();
    exporter.close();
    await receiver.close();
  });

  test("over TLS: the receiver's certificate is checked, and ours is shown", async () => {
    const names: unknown[] = [];
    const options = {
      key: readFileSync(pem("server-key")),
      cert: readFileSync(pem("server")),
      ca: readFileSync(pem("ca")),
      requestCert: true,
    };
    const receiver = await stream((heard) =>
      createTls(options, (socket) => {
        names.push(socket.authorized);
        heard(socket);
      }),
    );
    const address = `tls://localhost:${receiver.port}`;
    const { exporter, messages } = exporterOf(
      syslogSink(sinkOf({ name: "tls", type: "syslog", address, clientCertificate: "siem" }), openSocket),
    );
    await exporter.run(lead);
    expect(messages).toEqual([]);
    await vi.waitFor(() => expect(frames(receiver.text()).length).toBeGreaterThan(5));
    expect(names).toEqual([true]);
    const strange = createOpenSocket({ ...guard, settings: outgoingSchema.parse({}) });
    const untrusted = exporterOf(syslogSink(sinkOf({ name: "strange", type: "syslog", address }), strange));
    await untrusted.exporter.run(lead);
    expect(untrusted.messages).toEqual([expect.stringContaining("certificate")]);
    exporter.close();
    await receiver.close();
  });

  test("over UDP: one datagram each, none longer than receivers must take", async () => {
    const got: Buffer[] = [];
    const receiver = createSocket("udp4").on("message", (message) => void got.push(message));
    await new Promise<void>((resolve) => receiver.bind(0, "127.0.0.1", resolve));
    const { port } = receiver.address();
    await scene.write({
      resource: "long",
      after: { text: "x".repeat(5_000) },
      reason: "배".repeat(2_000),
      outcome: "denied",
    });
    await scene.seal();
    const { exporter, messages } = exporterOf(
      syslogSink(sinkOf({ name: "udp", type: "syslog", address: `udp://127.0.0.1:${port}` }), openSocket),
    );
    await exporter.run(lead);
    expect(messages).toEqual([]);
    await vi.waitFor(() => expect(got.some((each) => each.includes('"resource":"long"'))).toBe(true));
    expect(Math.max(...got.map(({ length }) => length))).toBeLessThanOrEqual(2_048);
    const long = got.find((each) => each.includes('"resource":"long"'))?.toString("utf8") ?? "";
    expect(long).toMatch(/^<108>1 /);
    expect(long).not.toContain("\ufffd");
    exporter.close();
    receiver.close();
  });

  test("to what the guard refuses nothing is sent", async () => {
    const settings = outgoingSchema.parse({ policies: { audit: { only: ["siem.example"] } } });
    const refused = exporterOf(
      syslogSink(
        sinkOf({ name: "no", type: "syslog", address: "tcp://127.0.0.1:9" }),
        createOpenSocket({ ...guard, settings }),
      ),
    );
    await refused.exporter.run(lead);
    expect(refused.messages).toEqual([expect.stringContaining("not on the list")]);
  });
});

test("a place that is no longer configured is forgotten, so that retention need not wait for it", async () => {
  const { exporter } = exporterOf({ name: "only", type: "otlp", send: async () => undefined, close: () => undefined });
  await exporter.run(lead);
  expect(
    (await scene.database.query<{ name: string }>("select name from platform_audit_sink")).map(({ name }) => name),
  ).toEqual(["only"]);
});

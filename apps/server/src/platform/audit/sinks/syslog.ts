import { hostname } from "node:os";
import type { OpenSocket, OutgoingSocket } from "../../outgoing/api.ts";
import { toEntry } from "../rows.ts";
import type { SyslogSettings } from "../settings.ts";
import type { Sink, Told } from "./sink.ts";

/** Facility 13 is "log audit" (RFC 5424, 6.2.1); severities notice and warning. */
const facility = 13;
const notice = 5;
const warning = 4;
/** What receivers of datagrams should take (RFC 5426, 3.2), and what is sent at most over a stream. */
const longestDatagram = 2_048;
const longestMessage = 64 * 1_024;

/**
 * Sends entries as syslog messages (RFC 5424): framed by their length over TCP (RFC 6587) and TLS (RFC 5425), one to a
 * datagram over UDP (RFC 5426). Syslog has no receipts: what was on its way when a connection broke may be lost, so
 * the sequence numbers tell a gap.
 */
export function syslogSink(settings: SyslogSettings, openSocket: OpenSocket): Sink {
  const [, protocol = "tcp", host = "", port = "514"] =
    /^(\w+):\/\/(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(settings.address)?.filter((part) => part !== undefined) ?? [];
  const from = settings.hostname ?? hostname();
  let socket: OutgoingSocket | null = null;

  async function open(signal: AbortSignal): Promise<OutgoingSocket> {
    socket ??= await openSocket({
      purpose: "audit",
      protocol: protocol.toLowerCase() as "tcp" | "tls" | "udp",
      host,
      port: Number(port),
      configured: true,
      timeoutMs: 10_000,
      signal,
      ...(settings.clientCertificate === undefined ? {} : { clientCertificate: settings.clientCertificate }),
    });
    return socket;
  }

  function close(): void {
    socket?.close();
    socket = null;
  }

  return {
    name: settings.name,
    type: "syslog",
    async send(entries, signal) {
      try {
        const to = await open(signal);
        if (protocol.toLowerCase() === "udp") {
          for (const entry of entries) await to.write(syslogMessage(entry, from, longestDatagram));
          return;
        }
        const frames = entries.map((entry) => {
          const message = syslogMessage(entry, from, longestMessage);
          return Buffer.concat([Buffer.from(`${message.length} `), message]);
        });
        await to.write(Buffer.concat(frames));
      } catch (error) {
        close();
        throw error;
      }
    },
    close,
  };
}

/** One entry as a message of at most so many bytes: before and after are left out, then the text cut, where it is longer. */
function syslogMessage(entry: Told, from: string, longest: number): Buffer {
  const { row, seq, hash } = entry;
  const priority = facility * 8 + (row.outcome === "done" ? notice : warning);
  const id = row.action.replace(/[^\x21-\x7e]/g, "?").slice(0, 32) || "-";
  const fields: [string, string][] = [
    ["seq", String(seq)],
    ["hash", hash],
    ["actor", row.actor],
    ["action", row.action],
    ["outcome", row.outcome],
  ];
  const data = fields.map(([key, value]) => `${key}="${value.replace(/["\\\]]/g, "\\$&").slice(0, 256)}"`).join(" ");
  // 32473 is the number that RFC 5612 keeps for those who have none of their own.
  const head = `<${priority}>1 ${row.time} ${from} gennaker ${process.pid} ${id} [gennaker@32473 ${data}] \ufeff`;
  const whole = { seq, hash, ...toEntry(row) };
  const { before: _before, after: _after, ...short } = whole;
  for (const text of [whole, short].map((each) => JSON.stringify(each))) {
    const message = Buffer.from(head + text);
    if (message.length <= longest) return message;
  }
  return cut(Buffer.from(head + JSON.stringify(short)), longest);
}

/** At most so many bytes, and no half of a character. */
function cut(message: Buffer, longest: number): Buffer {
  let end = longest;
  while (end > 0 && ((message[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return message.subarray(0, end);
}

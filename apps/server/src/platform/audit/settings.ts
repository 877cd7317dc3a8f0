import { z } from "zod";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected small letters, digits and dashes");

const otlp = z.strictObject({
  name,
  type: z.literal("otlp"),
  /** Where the collector takes logs; without a path `/v1/logs` is added. */
  url: z.string().regex(/^https?:\/\/[^\s@?#]+$/, "expected http(s)://host[:port][/path]"),
  /** May refer to secrets: `{authorization: "Bearer secret://env/OTLP_TOKEN"}`. */
  headers: z.record(z.string(), z.string()).default({}),
  clientCertificate: z.string().optional(),
});

const syslog = z.strictObject({
  name,
  type: z.literal("syslog"),
  address: z
    .string()
    .regex(/^(tcp|tls|udp):\/\/(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/i, "expected tcp|tls|udp://host:port"),
  /** What the messages say they come from. Default: this machine's name. */
  hostname: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional(),
  clientCertificate: z.string().optional(),
});

/** The section `audit` of `gennaker.yaml`; see the README beside this file. */
export const auditSchema = z.strictObject({
  /** Days that entries are kept; 0: for ever. */
  keepDays: z.number().int().min(0).max(36_500).default(0),
  /** Places outside that are told every sealed entry. */
  sinks: z
    .array(z.discriminatedUnion("type", [otlp, syslog]))
    .refine((sinks) => new Set(sinks.map((each) => each.name)).size === sinks.length, "two sinks have the same name")
    .default([]),
});

export type OtlpSettings = z.output<typeof otlp>;
export type SyslogSettings = z.output<typeof syslog>;

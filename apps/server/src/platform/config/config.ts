import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { stageSettings } from "./stage-settings.ts";
import { tlsSchema } from "./tls-settings.ts";
import { auditSchema } from "../audit/settings.ts";
import { parseRange } from "../outgoing/ip.ts";
import { outgoingSchema } from "../outgoing/settings.ts";
import { secretsSchema } from "../secrets/settings.ts";

const roles = ["api", "worker", "controller", "collector"] as const;

const list = z.union([
  z.string().transform((text) =>
    text
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean),
  ),
  z.array(z.string()),
]);
const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Every setting, as a person may write it in flags, environment or file. */
const settings = {
  data: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().regex(/^[a-z0-9.:_-]+$/i, "expected an address or a host name"),
  role: list.pipe(z.array(z.enum(roles)).min(1)),
  databaseUrl: z.string().regex(/^postgres(ql)?:\/\//, "expected postgres://…"),
  allowedHosts: list,
  /** Addresses or networks whose word (`X-Forwarded-For`) is taken about who asks. */
  trustedProxies: list.refine(
    (all) => all.every((each) => parseRange(each) !== null),
    "expected addresses or networks, e.g. 10.0.0.0/8",
  ),
  timezone: z.string().refine((zone) => isTimeZone(zone), "no known time zone (expected e.g. UTC or Asia/Seoul)"),
  /** Time limit of pipelines that do not say `executionTimeoutMs`; 0: none. */
  executionTimeoutMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(366 * 86_400_000),
  scrapeIntervalMs: z.coerce.number().int().min(100).max(3_600_000),
  logLevel: z.enum(["debug", "info", "warn", "error"]),
  /** `off`: neither built nor served, for replicas that people do not open in a browser. */
  ui: z.enum(["on", "off"]),
  /** Proxies, certificates and the lists of what may be called. */
  outgoing: outgoingSchema,
  /** Artifact accounts and limits; `deliver/artifacts` checks what is in it. */
  artifacts: z.record(z.string(), z.unknown()),
  /** Who may log in and do what; `access` checks what is in it. Without it only loopback is served. */
  access: z.record(z.string(), z.unknown()),
  /** How long the audit is kept, and who outside is told of it. */
  audit: auditSchema,
  /** Tools for assistants; `mcp` checks what is in it. */
  mcp: z.record(z.string(), z.unknown()),
  /** Certificate and key of the main port; without them it speaks plain HTTP. */
  tls: tlsSchema,
  /** Accounts of Kubernetes clusters; `providers/kubernetes` checks what is in it. */
  kubernetes: z.record(z.string(), z.unknown()),
  /** Where secrets are kept, and which of them pipelines may refer to. */
  secrets: secretsSchema,
  ...stageSettings,
};

type Settings = { [K in keyof typeof settings]: z.output<(typeof settings)[K]> };
export type SettingName = keyof Settings;

export type Config = Omit<Settings, "databaseUrl"> & { databaseUrl: string | null };
type ConfigSource = "flag" | "environment" | "file" | "default";
export type ResolvedConfig = { config: Config; sources: Record<SettingName, ConfigSource> };

export type ConfigInput = {
  flags: Partial<Record<SettingName, string>>;
  env: Record<string, string | undefined>;
  /** The parsed `gennaker.yaml`, or nothing. */
  file: Record<string, unknown>;
  isRoot: boolean;
};

/** A setting that cannot be used: which, from where, and why. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigError";
  }
}

/** Flags over environment over file over defaults. Throws ConfigError naming the setting, its place and the reason. */
export function resolveConfig(input: ConfigInput): ResolvedConfig {
  const unknown = Object.keys(input.file).find((key) => !Object.hasOwn(settings, key));
  if (unknown !== undefined) {
    throw new ConfigError(
      `gennaker.yaml has the unknown setting "${unknown}". Known are: ${Object.keys(settings).join(", ")}.`,
    );
  }
  const values: Record<string, unknown> = {};
  const sources = {} as Record<SettingName, ConfigSource>;
  for (const name of Object.keys(settings) as SettingName[]) {
    const found = find(name, input);
    sources[name] = found.source;
    if (found.value === null) {
      values[name] = null;
      continue;
    }
    const read = settings[name].safeParse(found.value);
    if (!read.success) {
      const [issue] = read.error.issues;
      const place = [found.where, ...(issue?.path ?? []).map(String)].join(".");
      const shown = typeof found.value === "object" ? "not usable" : `"${String(found.value)}"`;
      throw new ConfigError(`${place} is ${shown}: ${issue?.message ?? "not usable"}.`);
    }
    values[name] = read.data;
  }
  const config = values as Config;
  if (!isLoopback(config.host) && !namesLogin(config.access)) {
    const { where } = find("host", input);
    throw new ConfigError(
      `${where} is "${config.host}": only loopback addresses are served until authentication is configured.`,
    );
  }
  return { config: { ...config, data: resolve(config.data) }, sources };
}

/** Whether people can log in at all, so that others than this machine may be served. */
function namesLogin(access: Readonly<Record<string, unknown>>): boolean {
  return access["local"] === true || ["oidc", "ldap", "certificates"].some((way) => access[way] !== undefined);
}

function find(name: SettingName, input: ConfigInput): { value: unknown; source: ConfigSource; where: string } {
  const flag = input.flags[name];
  if (flag !== undefined) return { value: flag, source: "flag", where: `--${kebab(name)}` };
  for (const variable of variables(name)) {
    const value = input.env[variable];
    if (value !== undefined && value !== "") return { value, source: "environment", where: variable };
  }
  if (input.file[name] !== undefined)
    return { value: input.file[name], source: "file", where: `gennaker.yaml: ${name}` };
  return { value: defaultOf(name, input), source: "default", where: name };
}

function variables(name: SettingName): string[] {
  const own = `GENNAKER_${kebab(name).replaceAll("-", "_").toUpperCase()}`;
  return name === "databaseUrl" ? [own, "DATABASE_URL"] : [own];
}

function defaultOf(name: SettingName, input: ConfigInput): unknown {
  const defaults: Record<SettingName, unknown> = {
    data: input.isRoot
      ? "/var/lib/gennaker"
      : join(input.env["XDG_DATA_HOME"] || join(input.env["HOME"] || homedir(), ".local", "share"), "gennaker"),
    port: 8084,
    host: "127.0.0.1",
    role: [...roles],
    databaseUrl: null,
    allowedHosts: [],
    trustedProxies: [],
    timezone: "UTC",
    executionTimeoutMs: 0,
    scrapeIntervalMs: 1_000,
    logLevel: "info",
    ui: "on",
    outgoing: {},
    artifacts: {},
    access: {},
    tls: {},
    audit: {},
    mcp: {},
    kubernetes: {},
    secrets: {},
    webhook: {},
    job: {},
    monitoredDeploy: {},
    script: {},
    waitForCondition: {},
  };
  return defaults[name];
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Whether only this machine reaches what listens on the host. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}

import type { FastifyInstance } from "fastify";
import { accessHandlers } from "../access/admin/handlers.ts";
import { openHandlers } from "../access/admin/open-handlers.ts";
import { administrator, readRestriction } from "../access/decision/api.ts";
import type { Permissions } from "../access/guard/api.ts";
import { certificateOf } from "../access/guard/certificates.ts";
import type { Guard } from "../access/guard/create-http-access.ts";
import { createHttpAccess } from "../access/guard/create-http-access.ts";
import { createPermissions } from "../access/guard/create-permissions.ts";
import type { LookUp } from "../access/guard/needs.ts";
import { accountsOf } from "../access/guard/needs.ts";
import { createRules } from "../access/guard/rules.ts";
import { createGithubTeams } from "../access/github/api.ts";
import { createLdap } from "../access/ldap/create-ldap.ts";
import { addLoginPages } from "../access/login/add-login-pages.ts";
import { addProviderLogin, providerPath } from "../access/login/add-provider-login.ts";
import { createOidc } from "../access/oidc/create-oidc.ts";
import { createOidcGroups } from "../access/oidc/group-source.ts";
import type { ExternalPerson, Sessions } from "../access/people/api.ts";
import { createPeople } from "../access/people/create-people.ts";
import { createSecondPerson } from "../access/second-person/create-second-person.ts";
import { isOn, readAccessSettings, twoPersonRules } from "../access/settings/api.ts";
import type { Applications } from "../deliver/applications/api.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { Config } from "../platform/config/config.ts";
import { isLoopback } from "../platform/config/config.ts";
import type { Handlers } from "../platform/http/api.ts";
import { createSealing } from "./sealing.ts";
import type { StageGuards } from "./guarded-stages.ts";
import { auditedPermissions } from "./audited-permissions.ts";
import { countedLogins } from "./counted-logins.ts";
import type { Late } from "./late.ts";
import { createLate } from "./late.ts";
import type { Platform } from "./wire-platform.ts";

export type WiredAccess = {
  /** Null: nobody logs in. */
  guard: Guard | null;
  permissions: Permissions | null;
  /** What stages and commands of the engine are held to; null: nothing. */
  guards: StageGuards | null;
  handlers: Handlers;
  /** Where things belong to is asked of features that are made later. */
  lookUp: Late<LookUp>;
  addPages(server: FastifyInstance): void;
  /** Service accounts whose roles the caller has all, and so may have triggers run as. */
  serviceAccountsFor(actor: Actor): Promise<string[]>;
  /** Whether browsers reach this server over TLS, as far as the configuration tells. */
  encrypted: boolean;
  /** What `/metrics` tells of it. */
  metrics(): Promise<string>;
  /** Tells the one-time token while there is no administrator. */
  announce(url: string): Promise<void>;
};

/** Wires people, permissions and logins; where the configuration names no way to log in, everybody may do everything. */
export function wireAccess(config: Config, platform: Platform, applications: Late<Applications>): WiredAccess {
  const { database, audit, events, log } = platform;
  const settings = readAccessSettings(config.access);
  const lookUp = createLate<LookUp>("where things belong to");
  if (!isOn(settings)) {
    const announce = async () =>
      log(
        "warn",
        "nobody logs in: only this machine is served, and everybody on it may do everything. See access in gennaker.yaml.",
      );
    return {
      guard: null,
      permissions: null,
      guards: null,
      handlers: openHandlers(),
      lookUp,
      addPages: () => undefined,
      serviceAccountsFor: async () => [],
      encrypted: config.tls.cert !== undefined,
      metrics: async () => "",
      announce,
    };
  }
  const oidc = settings.oidc === undefined ? null : createOidc(settings.oidc, database, platform.outgoing);
  const reveal = (text: string) => platform.secrets.reveal(text, { from: "configuration" });
  const ldap = settings.ldap === undefined ? null : createLdap(settings.ldap, reveal);
  const github = settings.github === undefined ? null : createGithubTeams(settings.github, platform.outgoing);
  const sealing = createSealing(config, database);
  const sources = (sessions: Sessions) =>
    [
      ldap,
      github,
      oidc === null || settings.oidc === undefined
        ? null
        : createOidcGroups({ oidc, sessions, sealing, settings: settings.oidc }),
    ].filter((source) => source !== null);
  const logins = countedLogins(audit, platform.denials, (message) => log("warn", message));
  const people = createPeople({ database, audit: logins, events, settings, directory: ldap, sources, log });
  platform.leader.run("forgetting ended sessions", 600_000, () => people.sessions.sweep());
  platform.leader.run("asking for people's groups", 5_000, ({ signal }) => people.groups.sweep(signal));
  const rules = createRules({
    database,
    settings,
    async restricted() {
      const all = await applications.get().list();
      const lists = all.map(({ name, attributes }) => [name, readRestriction(attributes["permissions"])] as const);
      return new Map(lists.flatMap(([name, list]) => (list === null ? [] : [[name, list]])));
    },
  });
  const permissions = createPermissions({ known: people.known, rules });
  const secondPerson = createSecondPerson({
    database,
    audit,
    rules: twoPersonRules(settings),
    accountsOf: (context) => accountsOf(context).map(({ resource }) => resource.name ?? ""),
    async person(name) {
      const found = await people.known.byKey(name, "bearer");
      return found === null ? null : { kind: found.user.kind, emergency: found.subject.breakGlass !== null };
    },
  });
  const guard = createHttpAccess({
    denials: platform.denials,
    rules,
    sessions: people.sessions,
    tokens: people.tokens,
    known: people.known,
    lookUp: (what, id, params) => lookUp.get()(what, id, params),
    async bearer(token, actor) {
      const enter = async (person: ExternalPerson) => (await people.enter(person, actor)).key;
      // A provider is not asked about whatever strangers send.
      people.logins.check(actor.address ?? null);
      const user = await oidc?.bearer(token, enter);
      if (!user) people.logins.count(actor.address ?? null);
      return user ? people.known.byKey(user, "bearer") : null;
    },
    certificate: ({ raw }) =>
      settings.certificates === undefined ? null : certificateOf(raw.socket, settings.certificates),
  });
  const encrypted = config.tls.cert !== undefined;
  const publicUrl = settings.publicUrl ?? `${encrypted ? "https" : "http"}://127.0.0.1:${config.port}`;
  const secure = publicUrl.startsWith("https:");
  return {
    guard,
    permissions,
    guards: { permissions: auditedPermissions(permissions, platform.denials), secondPerson },
    handlers: accessHandlers({ people, permissions, settings }),
    lookUp,
    addPages: (server) =>
      addLoginPages(server, {
        people,
        guard,
        secure,
        providerPath: oidc === null ? null : providerPath,
        passwords: settings.local || ldap !== null,
        seal: (text) => sealing.seal(text),
        providerLogout: async (idToken) =>
          oidc === null || idToken === null
            ? null
            : oidc.logoutUrl(idToken, new URL("/auth/loggedOut", publicUrl).href),
        addProvider: (instance, enter) => {
          if (oidc !== null) addProviderLogin(instance, { oidc, sessions: people.sessions, publicUrl, secure, enter });
        },
      }),
    async serviceAccountsFor({ roles }) {
      const has = new Set(roles);
      const mayAll = has.has(administrator);
      return (await people.users.list())
        .filter(({ kind, disabled }) => kind === "service" && !disabled)
        .filter((account) => mayAll || account.roles.every((role) => has.has(role.toLowerCase())))
        .map(({ key }) => key);
    },
    encrypted: secure,
    async metrics() {
      const open = (await people.breakGlass.open()).length;
      return (
        "# HELP gennaker_break_glass_open People who have emergency access now: an alarm.\n" +
        `# TYPE gennaker_break_glass_open gauge\ngennaker_break_glass_open ${open}\n`
      );
    },
    async announce(url) {
      if (!isLoopback(config.host) && !encrypted)
        log(
          "warn",
          `This port (${config.host}) speaks plain HTTP: passwords and tokens are readable on the way unless something in front speaks TLS. See tls in gennaker.yaml.`,
        );
      const token = await people.setup.token();
      if (token !== null)
        log("warn", `There is no administrator yet. Open ${url}/ui/setup and enter this one-time token: ${token}`);
    },
  };
}

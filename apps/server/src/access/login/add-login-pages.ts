import type { ErrorCode } from "@gennaker/contract/errors.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../platform/audit/api.ts";
import { actorOf } from "../actor/api.ts";
import { cookieOf, sessionCookies } from "../guard/api.ts";
import type { Guard } from "../guard/api.ts";
import { checkCsrf } from "../guard/api.ts";
import type { FromProvider } from "../oidc/api.ts";
import type { ProviderSession } from "../people/api.ts";
import type { People } from "../people/api.ts";
import { clearedCookieHeaders, localPath, sessionCookieHeaders } from "./cookies.ts";
import { sendPage } from "./page.ts";
import { languageOf, textsFor } from "./texts.ts";

export type LoginPages = {
  people: People;
  guard: Guard;
  /** Whether browsers reach this server over TLS. */
  secure: boolean;
  /** Where a login through the provider begins; null where there is none. */
  providerPath: string | null;
  /** Whether names and passwords are taken at all. */
  passwords: boolean;
  /** Where the provider's own logout is; null where there is none. */
  providerLogout(idToken: string | null): Promise<string | null>;
  /** Encrypts what is kept of the provider; null where there is no key to do it with. */
  seal(text: string): Promise<string | null>;
  /** Where there is a provider: adds the way to it and back. */
  addProvider?(server: FastifyInstance, enter: EnterFromProvider): void;
};

export type EnterFromProvider = (
  request: FastifyRequest,
  reply: FastifyReply,
  found: FromProvider & { next: string },
) => Promise<unknown>;

/** What is told on the login page itself. */
const statusAtLogin: Readonly<Partial<Record<ErrorCode, number>>> = {
  unauthenticated: 401,
  too_many_requests: 429,
  upstream_failed: 502,
  conflict: 409,
};

const page = { config: { permission: "everybody" as const } };
const form = { config: { permission: "everybody" as const, form: true }, bodyLimit: 16_384 };

/** Pages for people without a session, and Gate's `/login` and `/logout` for programs. They work without scripts. */
export function addLoginPages(server: FastifyInstance, pages: LoginPages): void {
  const { people, guard, secure } = pages;

  const asked = (request: FastifyRequest) => {
    const language = languageOf(request.headers["accept-language"]);
    return { language, texts: textsFor(language) };
  };
  const loginPage = (request: FastifyRequest, reply: FastifyReply, status: number, alert?: string) => {
    const { language, texts } = asked(request);
    const next = localPath((request.query as Record<string, unknown>)["next"] ?? fieldsOf(request)["next"]);
    const link =
      pages.providerPath === null
        ? undefined
        : { href: `${pages.providerPath}?next=${encodeURIComponent(next)}`, label: texts.with };
    if (!pages.passwords) return sendPage(reply, status, { language, title: texts.login, alert, link });
    return sendPage(reply, status, {
      language,
      title: texts.login,
      alert,
      link,
      form: {
        action: "/ui/login",
        fields: [
          { name: "username", label: texts.name, type: "text", autocomplete: "username" },
          { name: "password", label: texts.password, type: "password", autocomplete: "current-password" },
          { name: "next", type: "hidden", value: next },
        ],
        buttons: [{ label: texts.login }],
      },
    });
  };

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    user: string,
    method: string,
    provider?: ProviderSession,
  ): Promise<void> {
    const replaces = cookieOf(request.headers.cookie, sessionCookies) ?? undefined;
    const agent = request.headers["user-agent"]?.slice(0, 500) ?? null;
    const place = { address: request.ip, userAgent: agent };
    const more = { replaces, ...(provider === undefined ? {} : { provider }) };
    const session = await people.sessions.start(user, method, place, more, stranger(request));
    void reply.header("set-cookie", sessionCookieHeaders(session, secure));
  }

  pages.addProvider?.(server, async (request, reply, found) => {
    const { person, next, idToken, refreshToken, session } = found;
    const user = await people.enter(person, stranger(request));
    if (user.disabled) return loginPage(request, reply, 403, "This user is disabled.");
    const sealed = refreshToken === null ? null : await pages.seal(refreshToken);
    const provider = { idToken, sealed, session, externalId: person.externalId };
    await begin(request, reply, user.key, person.source, provider);
    return reply.redirect(localPath(next), 303);
  });

  server.get("/ui/login", page, async (request, reply) => {
    if (await people.setup.isOpen()) return reply.redirect("/ui/setup");
    return loginPage(request, reply, 200);
  });

  server.post("/ui/login", form, async (request, reply) => {
    const { username = "", password = "", next } = fieldsOf(request);
    try {
      const user = await people.logIn(username, password, stranger(request));
      await begin(request, reply, user.key, "password");
      return await reply.redirect(localPath(next), 303);
    } catch (error) {
      const status = error instanceof GennakerError ? statusAtLogin[error.code] : undefined;
      if (status === undefined) throw error;
      if (status === 429) void reply.header("retry-after", "5");
      return loginPage(request, reply, status, (error as GennakerError).message);
    }
  });

  server.get("/ui/setup", page, async (request, reply) => {
    if (!(await people.setup.isOpen())) return reply.redirect("/ui/login");
    return setupPage(request, reply, 200);
  });

  server.post("/ui/setup", form, async (request, reply) => {
    const { token = "", username = "", password = "" } = fieldsOf(request);
    try {
      people.logins.count(request.ip);
      const user = await people.setup.complete(token, username, password, stranger(request));
      await begin(request, reply, user.key, "password");
      return await reply.redirect("/ui/", 303);
    } catch (error) {
      if (error instanceof GennakerError) return setupPage(request, reply, 400, error.message);
      throw error;
    }
  });

  function setupPage(request: FastifyRequest, reply: FastifyReply, status: number, alert?: string): FastifyReply {
    const { language, texts } = asked(request);
    return sendPage(reply, status, {
      language,
      title: texts.setup,
      alert,
      paragraphs: [texts.setupHint],
      form: {
        action: "/ui/setup",
        fields: [
          { name: "token", label: texts.token, type: "password", autocomplete: "one-time-code" },
          { name: "username", label: texts.name, type: "text", autocomplete: "username" },
          { name: "password", label: texts.newPassword, type: "password", autocomplete: "new-password" },
        ],
        buttons: [{ label: texts.create }],
      },
    });
  }

  server.get("/ui/logout", { config: { permission: { needs: [] } } }, async (request, reply) => {
    const { language, texts } = asked(request);
    const fields = [{ name: "csrf", type: "hidden" as const, value: csrfOf(guard, request) }];
    const logout = { action: "/ui/logout", fields, buttons: [{ label: texts.logout }] };
    return sendPage(reply, 200, { language, title: texts.logout, form: logout });
  });

  server.post("/ui/logout", form, async (request, reply) => {
    const secret = cookieOf(request.headers.cookie, sessionCookies);
    const identity = secret === null ? null : await people.sessions.find(secret);
    if (identity?.by.kind === "session") checkCsrf(fieldsOf(request)["csrf"], identity.by.csrf);
    const ended = secret === null ? null : await people.sessions.endBySecret(secret);
    void reply.header("set-cookie", clearedCookieHeaders(secure)).header("clear-site-data", '"cache", "storage"');
    const elsewhere = ended === null ? null : await pages.providerLogout(ended.idToken);
    return reply.redirect(elsewhere ?? "/ui/login", 303);
  });

  // Spinnaker's tools: whatever they show begins a session; nobody looks at the status.
  const login = async (request: FastifyRequest, reply: FastifyReply, user: string | null) => {
    if (user === null) return reply.redirect("/ui/login");
    await begin(request, reply, user, "client:login");
    return reply.redirect("/auth/user");
  };
  server.get("/login", page, async (request, reply) =>
    login(request, reply, (await guard.identify(request))?.user.key ?? null),
  );
  server.post("/login", form, async (request, reply) => {
    const { username = "", password = "" } = fieldsOf(request);
    return login(request, reply, (await people.logIn(username, password, stranger(request))).key);
  });
  server.get("/auth/loggedOut", page, async (request, reply) => {
    const { language, texts } = asked(request);
    return sendPage(reply, 200, { language, title: texts.out, link: { href: "/ui/login", label: texts.login } });
  });

  const signedIn = { config: { permission: { needs: [] } } };
  server.get("/ui/device", signedIn, async (request, reply) => {
    const { language, texts } = asked(request);
    const { code } = request.query as { code?: string };
    const waiting = code === undefined ? null : await people.devices.waiting(code);
    if (waiting === null) {
      const enter = {
        action: "/ui/device",
        fields: [{ name: "code", label: texts.code, type: "text" as const }],
        buttons: [{ label: texts.next }],
      };
      const alert = code === undefined ? undefined : texts.noCode;
      return sendPage(reply, 200, {
        language,
        title: texts.device,
        alert,
        paragraphs: [texts.deviceHint],
        form: enter,
      });
    }
    const fields = [
      { name: "code", type: "hidden" as const, value: code ?? "" },
      { name: "csrf", type: "hidden" as const, value: csrfOf(guard, request) },
    ];
    const buttons = [
      { label: texts.allow, value: "allow" },
      { label: texts.deny, value: "deny" },
    ];
    const paragraphs = [texts.asks, waiting.name, code ?? ""];
    return sendPage(reply, 200, {
      language,
      title: texts.device,
      paragraphs,
      form: { action: "/ui/device", fields, buttons },
    });
  });

  // The session is checked here, since a form cannot send headers.
  server.post("/ui/device", form, async (request, reply) => {
    const { language, texts } = asked(request);
    const { code = "", csrf, answer } = fieldsOf(request);
    if (csrf === undefined) return reply.redirect(`/ui/device?code=${encodeURIComponent(code)}`, 303);
    const secret = cookieOf(request.headers.cookie, sessionCookies);
    const identity = secret === null ? null : await people.sessions.find(secret);
    if (identity?.by.kind !== "session") return reply.redirect("/ui/login");
    checkCsrf(csrf, identity.by.csrf);
    const done = await people.devices.decide(code, identity.user.key, answer === "allow");
    const text = !done ? texts.noCode : answer === "allow" ? texts.allowed : texts.denied;
    return sendPage(reply, done ? 200 : 404, { language, title: texts.device, paragraphs: [text] });
  });
}

function csrfOf(guard: Guard, request: FastifyRequest): string {
  const by = guard.identityOf(request)?.by;
  return by?.kind === "session" ? by.csrf : "";
}

function stranger(request: FastifyRequest): Actor {
  return actorOf({ headers: { "user-agent": request.headers["user-agent"] }, ip: request.ip, id: request.id }, "api");
}

/** A form's fields; of several of one name the last. */
function fieldsOf(request: FastifyRequest): Record<string, string | undefined> {
  return typeof request.body === "string" ? Object.fromEntries(new URLSearchParams(request.body)) : {};
}

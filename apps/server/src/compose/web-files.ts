import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { UiBuild } from "./ui-build.ts";

const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/** The UI below `/ui/`: built files, `index.html` for every route inside it, and a page that waits while it is built. */
export async function addWebFiles(server: FastifyInstance, ui: UiBuild): Promise<void> {
  mkdirSync(ui.folder, { recursive: true });
  await server.register(fastifyStatic, { root: ui.folder, serve: false, preCompressed: true });

  async function answer(file: string, reply: FastifyReply): Promise<FastifyReply> {
    void reply.headers({
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
    });
    // Everything else is a route of the UI, dots or not: applications may be called `shop.api`.
    if (/^(assets\/|favicon\.svg$)/.test(file)) return reply.sendFile(file, { maxAge: "365d", immutable: true });
    if (existsSync(join(ui.folder, "index.html"))) {
      return reply.header("cache-control", "no-cache").sendFile("index.html", { cacheControl: false });
    }
    return reply.status(503).header("retry-after", "2").type("text/html; charset=utf-8").send(waitingPage(ui.state()));
  }

  server.get("/", async (_request, reply) => reply.redirect("/ui/"));
  // Trailing slashes are ignored when routes are matched, so this is asked for `/ui/` too.
  server.get("/ui", async (request, reply) =>
    request.url.startsWith("/ui/") ? answer("", reply) : reply.redirect("/ui/"),
  );
  server.get("/ui/*", async (request, reply) => answer((request.params as { "*": string })["*"], reply));
}

function waitingPage(state: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Gennaker</title>
<body style="font:16px system-ui;margin:4rem auto;max-width:36rem"><h1>Gennaker</h1><p>${state}</p><p>The API is ready meanwhile; this page loads by itself.</p></body></html>`;
}

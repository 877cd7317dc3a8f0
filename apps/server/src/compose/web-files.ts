import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { UiBuild } from "./ui-build.ts";
import { assetPolicy, waitingPage, waitingPolicy, withPolicy } from "./ui-policy.ts";

/** The UI below `/ui/`: built files, `index.html` for every route inside it, and a page that waits while it is built. */
export async function addWebFiles(server: FastifyInstance, ui: UiBuild): Promise<void> {
  mkdirSync(ui.folder, { recursive: true });
  await server.register(fastifyStatic, { root: ui.folder, serve: false, preCompressed: true });

  let built: string | null = null;
  /** The page as it was built; null until then. */
  async function index(): Promise<string | null> {
    built ??= await readFile(join(ui.folder, "index.html"), "utf8").catch(() => null);
    return built;
  }

  async function answer(file: string, reply: FastifyReply): Promise<FastifyReply> {
    // Everything else is a route of the UI, dots or not: applications may be called `shop.api`.
    if (/^(assets\/|favicon\.svg$)/.test(file))
      return reply.header("content-security-policy", assetPolicy).sendFile(file, { maxAge: "365d", immutable: true });
    void reply.type("text/html; charset=utf-8");
    const page = await index();
    if (page === null) {
      void reply.status(503).headers({ "retry-after": "2", "content-security-policy": waitingPolicy });
      return reply.send(waitingPage(ui.state()));
    }
    const { html, policy } = withPolicy(page);
    return reply.headers({ "content-security-policy": policy, "cache-control": "no-store" }).send(html);
  }

  server.get("/", async (_request, reply) => reply.redirect("/ui/"));
  // Trailing slashes are ignored when routes are matched, so this is asked for `/ui/` too.
  server.get("/ui", async (request, reply) =>
    request.url.startsWith("/ui/") ? answer("", reply) : reply.redirect("/ui/"),
  );
  server.get("/ui/*", async (request, reply) => answer((request.params as { "*": string })["*"], reply));
}

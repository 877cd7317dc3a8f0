import { startPeer } from "@gennaker/testkit/fakes/http-peer.ts";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createOutgoing } from "../../platform/outgoing/create-outgoing.ts";
import { outgoingSchema } from "../../platform/outgoing/settings.ts";
import { readAccessSettings } from "../settings/api.ts";
import { createGithubTeams } from "./create-github-teams.ts";
import { nextOf } from "./pages.ts";

const token = "ghp_of_a_test";
/** What the organization has; `status` overrides every answer. */
const scene = {
  members: [] as string[],
  teams: new Map<string, string[]>(),
  status: null as null | { status: number; headers: Record<string, string> },
  next: null as string | null,
};
const peer = await startPeer((request, response) => {
  const url = new URL(request.url ?? "", "http://x");
  if (scene.status !== null) return response.writeHead(scene.status.status, scene.status.headers).end("{}");
  if (request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end("{}");
  const team = /^\/api\/v3\/orgs\/acme\/teams\/([^/]+)\/members$/.exec(url.pathname)?.[1];
  const all =
    url.pathname === "/api/v3/orgs/acme/members"
      ? scene.members.map((login) => ({ login, id: 1 }))
      : url.pathname === "/api/v3/orgs/acme/teams"
        ? [...scene.teams.keys()].map((slug) => ({ slug, name: slug.toUpperCase() }))
        : (scene.teams.get(decodeURIComponent(team ?? "")) ?? null)?.map((login) => ({ login }));
  if (all === undefined) return response.writeHead(404).end('{"message":"Not Found"}');
  const [size, page] = [Number(url.searchParams.get("per_page")), Number(url.searchParams.get("page") ?? 1)];
  const part = all.slice((page - 1) * size, page * size);
  const body = JSON.stringify(part);
  const tag = `W/"${Buffer.from(body).toString("base64url").slice(0, 300)}"`;
  if (request.headers["if-none-match"] === tag) return response.writeHead(304, { etag: tag }).end();
  url.searchParams.set("page", String(page + 1));
  const next = scene.next ?? `http://${request.headers.host}${url.pathname}${url.search}`;
  const link = page * size < all.length ? { link: `<${next}>; rel="next", <http://x/?page=9>; rel="last"` } : {};
  return response.writeHead(200, { "content-type": "application/json", etag: tag, ...link }).end(body);
});
const outgoing = createOutgoing({ settings: outgoingSchema.parse({}), localAllowed: false, env: {} });
afterAll(async () => {
  await outgoing.close();
  await peer.close();
});

beforeEach(() => {
  Object.assign(scene, {
    members: ["Kim-L", "bo"],
    teams: new Map([
      ["sre", ["kim-l"]],
      ["dev", ["bo"]],
    ]),
    status: null,
    next: null,
  });
});

function teams(more: object = {}, now = Date.now) {
  const { github } = readAccessSettings({
    github: { url: `${peer.url}/api/v3`, organization: "acme", token, logins: { kim: "kim-L" }, ...more },
  });
  if (github === undefined) throw new Error("no settings");
  return createGithubTeams(github, outgoing, now);
}
const ask = async (source: ReturnType<typeof teams>, key: string) => {
  const answer = await source.groupsOf({ key, name: key, source: "oidc" }, AbortSignal.timeout(10_000));
  return typeof answer === "string" ? answer : [...answer.groups].toSorted();
};

describe("teams on GitHub (Enterprise's address)", () => {
  test("are groups by their slugs, with the organization; whoever is in none has none", async () => {
    const source = teams();
    expect(await ask(source, "kim")).toEqual(["acme", "sre"]);
    expect(await ask(source, "BO")).toEqual(["acme", "dev"]);
    expect(await ask(source, "stranger")).toEqual([]);
    expect(peer.requests.at(0)?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      accept: "application/vnd.github+json",
    });
  });

  test("are read over all pages, once for everybody, and pages that stay the same are not sent again", async () => {
    scene.members = Array.from({ length: 250 }, (_, index) => `user${index}`);
    scene.teams = new Map(
      Array.from({ length: 120 }, (_, index) => [`t${index}`, index === 119 ? scene.members : ["x"]]),
    );
    let time = Date.now();
    const source = teams({ refreshMinutes: 5 }, () => time);
    const before = peer.requests.length;
    expect(await ask(source, "user249")).toEqual(["acme", "t119"]);
    const asked = peer.requests.length - before;
    expect(asked).toBe(3 + 2 + 119 + 3);
    expect(await ask(source, "user1")).toEqual(["acme", "t119"]);
    expect(peer.requests.length - before).toBe(asked);
    time += 301_000;
    scene.teams.set("t0", ["user7"]);
    expect(await ask(source, "user7")).toEqual(["acme", "t0", "t119"]);
    expect(peer.requests.at(-1)?.headers["if-none-match"]).toMatch(/^W\//);
  });

  test("a token that is not taken, an organization that is not there and limits are told in words", async () => {
    await expect(ask(teams({ token: "other" }), "kim")).rejects.toThrow("does not take access.github.token");
    await expect(ask(teams({ organization: "nobody" }), "kim")).rejects.toThrow("has no organization nobody");
    scene.status = { status: 500, headers: {} };
    await expect(ask(teams(), "kim")).rejects.toThrow("status 500");
    const reset = Math.floor(Date.now() / 1_000) + 60;
    scene.status = { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) } };
    const limited = teams();
    await expect(ask(limited, "kim")).rejects.toThrow(
      `no more questions until ${new Date(reset * 1_000).toISOString().slice(0, 16)}`,
    );
    // It is not asked again before.
    const before = peer.requests.length;
    await expect(ask(limited, "kim")).rejects.toThrow("no more questions");
    expect(peer.requests.length).toBe(before);
  });

  test("the token goes to no other server", async () => {
    scene.members = Array.from({ length: 101 }, (_, index) => `user${index}`);
    scene.next = "http://evil.example/steal";
    await expect(ask(teams(), "user1")).rejects.toThrow("another server");
    expect(nextOf('<https://a.example/x?page=2>; rel="next"', "https://a.example/api")).toBe(
      "https://a.example/x?page=2",
    );
    expect(
      nextOf('<https://a.example/x>; rel="prev", <https://a.example/y>; rel="last"', "https://a.example"),
    ).toBeNull();
    expect(nextOf(undefined, "https://a.example")).toBeNull();
  });
});

import { createServer, type RequestListener, type Server } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Sample } from "../samples/api.ts";
import type { Scraper, ScraperDependencies, ScrapeTarget } from "./api.ts";
import { createScraper } from "./create-scraper.ts";

const servers: Server[] = [];
const scrapers: Scraper[] = [];
afterEach(async () => {
  await Promise.all(scrapers.splice(0).map((scraper) => scraper.stop()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(handle: RequestListener, path?: string): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, "127.0.0.1", resolve) : server.listen(path, resolve),
  );
  return path === undefined
    ? `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
    : `unix:${path}:/metrics`;
}

const text =
  (body: string): RequestListener =>
  (_, response) =>
    void response.setHeader("content-type", "text/plain; version=0.0.4").end(body);

function run(targets: () => readonly ScrapeTarget[], more: Partial<ScraperDependencies> = {}) {
  const seen: Sample[] = [];
  const logged: string[] = [];
  const scraper = createScraper({
    targets: async () => targets(),
    samples: { write: async (batch) => void seen.push(...batch) },
    intervalMs: 50,
    refreshMs: 20,
    log: (_, message, details) => void logged.push(`${message} ${String(details?.["cause"] ?? "")}`),
    ...more,
  });
  scrapers.push(scraper);
  scraper.start();
  const values = (name: string, instance: string) =>
    seen
      .filter((sample) => sample.name === name && sample.labels["instance"] === instance)
      .map((sample) => sample.value);
  return { seen, logged, scraper, values };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("a hanging, a failing, an oversized and a malformed target are down and hold up nobody", async () => {
  const hanging = await serve(() => undefined);
  const failing = await serve((_, response) => void response.writeHead(500).end("x"));
  const oversized = await serve(text("a 1\n".repeat(1000)));
  const malformed = await serve(text("a 1\nb two\n"));
  const good = await serve(text("requests 7\n"));
  const urls = { hanging, failing, oversized, malformed, good };
  const { values, logged } = run(() => Object.entries(urls).map(([instance, url]) => ({ url, labels: { instance } })), {
    bodyBytes: 500,
  });
  await until(
    () =>
      values("requests", "good").length >= 10 &&
      ["hanging", "failing", "oversized", "malformed"].every((name) => values("up", name).length > 0),
  );
  expect(values("up", "good").every((value) => value === 1)).toBe(true);
  for (const name of ["hanging", "failing", "oversized", "malformed"])
    expect([name, values("up", name)[0]]).toEqual([name, 0]);
  expect(values("a", "oversized")).toEqual([]);
  expect(values("a", "malformed")).toEqual([]);
  expect(values("scrape_duration_seconds", "good")[0]).toBeGreaterThan(0);
  expect(logged.filter((line) => line.includes("line 2")).length).toBe(1);
  for (const cause of ["answered 500", "no answer in time", "more than 500 bytes"])
    expect(logged.join("\n")).toContain(cause);
});

test("scrapes a Unix socket, follows the list of targets, and reads OpenMetrics", async () => {
  const folder = await mkdtemp(join(tmpdir(), "scrape-"));
  try {
    const socket = await serve(
      (_, response) =>
        void response
          .setHeader("content-type", "application/openmetrics-text; version=1.0.0")
          .end("# TYPE hits counter\nhits_total 4\n# EOF\n"),
      join(folder, "s"),
    );
    const late = await serve(text("x 1\n"));
    let targets: ScrapeTarget[] = [{ url: socket, labels: { instance: "socket" } }];
    const { values } = run(() => targets);
    await until(() => values("hits_total", "socket").length > 0);
    targets = [{ url: late, labels: { instance: "late" } }];
    await until(() => values("x", "late").length > 2);
    const before = values("hits_total", "socket").length;
    const more = values("x", "late").length + 5;
    await until(() => values("x", "late").length > more);
    expect(values("hits_total", "socket").length).toBe(before);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a target that comes back is up again; nothing is written after stop", async () => {
  let answers = false;
  const url = await serve((request, response) =>
    answers ? text("c 1\n")(request, response) : void response.destroy(),
  );
  const { values, seen, logged, scraper } = run(() => [{ url, labels: { instance: "a" } }]);
  await until(() => values("up", "a").includes(0));
  answers = true;
  await until(() => values("up", "a").includes(1));
  await scraper.stop();
  const count = seen.length;
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(seen.length).toBe(count);
  expect(logged.map((line) => line.split(" ").slice(0, 3).join(" "))).toContain("a target answers");
});

test("a store that fails or a list that cannot be read is said once and tried again", async () => {
  const url = await serve(text("c 1\n"));
  let broken = true;
  const written: Sample[] = [];
  let listed = 0;
  const { logged } = run(() => [], {
    targets: async () => {
      listed += 1;
      if (listed % 2 === 1 && broken) throw new Error("inventory away");
      return [{ url, labels: { instance: "a" } }];
    },
    samples: {
      write: async (batch) => {
        if (broken) throw new Error("database away");
        written.push(...batch);
      },
    },
  });
  await until(
    () =>
      logged.some((line) => line.includes("database away")) && logged.some((line) => line.includes("inventory away")),
  );
  broken = false;
  await until(() => written.some((sample) => sample.name === "c"));
  expect(logged.filter((line) => line.includes("database away"))).toHaveLength(1);
});

test("an address that is no target is down, with a word on what is expected", async () => {
  const { values, logged } = run(() => [{ url: "ftp://x", labels: { instance: "a" } }]);
  await until(() => values("up", "a").length > 0);
  expect(logged[0]).toContain("is no target; expected http://");
});

import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { cachedPrograms, controlPlane, findPrograms } from "./programs.ts";

const home = mkdtempSync(join(tmpdir(), "gennaker-programs-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it("programs are found in the cache of exactly these sources, once they are complete", () => {
  const env = { HOME: home };
  const cache = cachedPrograms(env);
  expect(cache.startsWith(join(home, ".cache", "gennaker", "kubernetes"))).toBe(true);
  expect(cachedPrograms({ HOME: home, XDG_CACHE_HOME: "/var/cache" }).startsWith("/var/cache/gennaker/")).toBe(true);
  expect(findPrograms(env)).toBeNull();
  mkdirSync(cache, { recursive: true });
  expect(findPrograms(env)).toBeNull();
  writeFileSync(join(cache, "complete"), "");
  expect(findPrograms(env)).toBe(cache);
});

it("a directory that is named must have all of them", () => {
  const env = { HOME: home, GENNAKER_KUBERNETES_BIN: join(home, "bin") };
  mkdirSync(env.GENNAKER_KUBERNETES_BIN);
  for (const name of controlPlane) writeFileSync(join(env.GENNAKER_KUBERNETES_BIN, name), "");
  expect(() => findPrograms(env)).toThrow(/has no kwok/);
  writeFileSync(join(env.GENNAKER_KUBERNETES_BIN, "kwok"), "");
  expect(findPrograms(env)).toBe(env.GENNAKER_KUBERNETES_BIN);
});

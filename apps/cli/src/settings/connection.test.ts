import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fakeContext } from "../testing/fake-context.ts";
import { addressFor } from "./connection.ts";
import { checkContexts, contextsPath, readContexts, serverAddress, writeContexts } from "./contexts.ts";

const base = mkdtempSync(join(tmpdir(), "gennaker-cli-"));
const fresh = () => mkdtempSync(join(base, "home-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const address = (flags: object, env: Record<string, string> = {}) =>
  addressFor(fakeContext({ env: { XDG_CONFIG_HOME: fresh(), ...env } }).context, flags);

describe("which server", () => {
  test("the default, where nothing says otherwise", async () => {
    expect(await address({})).toEqual({ server: "http://127.0.0.1:8084", headers: {} });
  });

  test("flag over environment over context over default, and the user with it", async () => {
    const here = { XDG_CONFIG_HOME: fresh() };
    await writeContexts(contextsPath(here), {
      current: "a",
      contexts: { a: { server: "http://a:1", user: "kim" }, b: { server: "http://b:2" } },
    });
    expect(await address({}, here)).toEqual({ server: "http://a:1", headers: { "x-spinnaker-user": "kim" } });
    expect((await address({ context: "b" }, here)).server).toBe("http://b:2");
    expect((await address({}, { ...here, GENNAKER_CONTEXT: "b" })).server).toBe("http://b:2");
    expect((await address({}, { ...here, GENNAKER_SERVER: "http://c:3" })).server).toBe("http://c:3");
    expect((await address({ context: "b" }, { ...here, GENNAKER_SERVER: "http://c:3" })).server).toBe("http://b:2");
    expect((await address({ server: "http://d:4/" }, { ...here, GENNAKER_SERVER: "http://c:3" })).server).toBe(
      "http://d:4",
    );
    expect((await address({ user: "lee" }, { ...here, GENNAKER_USER: "park" })).headers).toEqual({
      "x-spinnaker-user": "lee",
    });
    expect((await address({}, { ...here, GENNAKER_USER: "park" })).headers).toEqual({ "x-spinnaker-user": "park" });
  });

  test("a context that is not there is named, with how to make it", async () => {
    await expect(address({ context: "gone" })).rejects.toThrow('no context "gone"');
  });

  test("a name that a header cannot carry is refused, not mangled", async () => {
    await expect(address({ user: "김" })).rejects.toThrow("cannot be sent");
  });
});

test.each([
  ["localhost:8084", "http://localhost:8084"],
  ["https://x.example/", "https://x.example"],
  ["127.0.0.1", "http://127.0.0.1"],
])("%s is the address %s", (text, expected) => {
  expect(serverAddress(text)).toBe(expected);
});

test.each(["", "ftp://x", "http://", "http://a b"])("%j is no address", (text) => {
  expect(() => serverAddress(text)).toThrow("no server address");
});

describe("the configuration file", () => {
  test("is written and read back; none is no error", async () => {
    const path = contextsPath({ XDG_CONFIG_HOME: fresh() });
    expect(await readContexts(path)).toEqual({ current: null, contexts: {} });
    const contexts = { current: "a", contexts: { a: { server: "http://a:1", user: "kim" } } };
    await writeContexts(path, contexts);
    expect(await readContexts(path)).toEqual(contexts);
  });

  test.each([
    [[1], /must hold/],
    [{ contexts: [] }, /map from names/],
    [{ contexts: { a: {} } }, /context "a" has no "server"/],
  ])("says what is wrong with %j", (content, message) => {
    expect(() => checkContexts(content, "config.yaml")).toThrow(message);
  });

  test("lies below ~/.config by default", () => {
    expect(contextsPath({ HOME: "/home/kim" })).toBe("/home/kim/.config/gennaker/config.yaml");
  });
});

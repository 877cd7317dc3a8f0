import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepToken, tokenFor } from "./credentials.ts";

test("tokens are kept by server in a file for their owner, and the environment goes before them", () => {
  const home = mkdtempSync(join(tmpdir(), "gennaker-credentials-"));
  try {
    const env = { XDG_CONFIG_HOME: home };
    expect(tokenFor("http://a", env)).toBeUndefined();
    keepToken("http://a", "one", env);
    keepToken("http://b", "two", env);
    const path = join(home, "gennaker", "credentials.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([tokenFor("http://a", env), tokenFor("http://b", env)]).toEqual(["one", "two"]);
    expect(tokenFor("http://a", { ...env, GENNAKER_TOKEN: "three" })).toBe("three");
    keepToken("http://a", null, env);
    expect([tokenFor("http://a", env), tokenFor("http://b", env)]).toEqual([undefined, "two"]);
    writeFileSync(path, "{broken");
    expect(() => tokenFor("http://a", env)).toThrow("cannot be read");
  } finally {
    rmSync(home, { recursive: true });
  }
});

import { expect, test, describe } from "vitest";
import { exitCodes } from "./exit-codes.ts";
import { exitCodeFor, runCli } from "./run-cli.ts";
import { fakeContext } from "./testing/fake-context.ts";

/** Nothing listens on port 9 (discard) of loopback, and `fetch` refuses it before it tries. */
const nowhere = { GENNAKER_SERVER: "http://127.0.0.1:9" };

async function run(args: string[], options: Parameters<typeof fakeContext>[0] = {}) {
  const fake = fakeContext({ env: nowhere, ...options });
  const code = await runCli(fake.context, args);
  return { code, out: fake.out(), err: fake.err() };
}

describe("command lines", () => {
  test("an unknown command suggests the nearest and where to look", async () => {
    const noun = await run(["aplication", "list"]);
    expect(noun.code).toBe(exitCodes.usage);
    expect(noun.err).toMatch(/no command "aplication".*Did you mean `application`/s);
    expect((await run(["pipeline", "strt"])).err).toContain("`start`");
  });

  test("an unknown flag, a missing argument and a bad value are usage errors", async () => {
    for (const args of [
      ["system", "--jsn"],
      ["pipeline", "start"],
      ["execution", "list", "--limit", "many"],
      ["execution", "list", "--status", "RUN"],
    ]) {
      const { code, err, out } = await run(args);
      expect(code, args.join(" ")).toBe(exitCodes.usage);
      expect(err).toContain("--help");
      expect(out).toBe("");
    }
  });

  test("nouns may be singular or plural", async () => {
    for (const noun of [
      "application",
      "applications",
      "pipeline",
      "pipelines",
      "cluster",
      "clusters",
      "server-group",
      "server-groups",
      "executions",
      "load-balancers",
      "contexts",
      "audits",
      "accounts",
      "canaries",
    ]) {
      const { code, out } = await run([noun, "--help"]);
      expect(code, noun).toBe(exitCodes.ok);
      expect(out).toContain("COMMANDS");
    }
    expect((await run(["pipeline", "execute", "--help"])).out).toContain("gennaker pipeline start");
  });

  test("an unreachable server has its own exit code, as text and as JSON", async () => {
    const text = await run(["application", "list"]);
    expect(text.code).toBe(exitCodes.unreachable);
    expect(text.err).toMatch(/http:\/\/127\.0\.0\.1:9.*\.\/gennaker serve/s);
    const json = await run(["application", "list", "--json"]);
    expect(json.code).toBe(exitCodes.unreachable);
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: "unreachable" } });
    expect(json.out).toBe("");
  });

  test("a parameter that is none is told before any server is asked", async () => {
    expect(await run(["pipeline", "start", "shop/deploy", "-p", "oops"])).toMatchObject({
      code: exitCodes.usage,
      err: expect.stringContaining('"oops" is no parameter') as string,
    });
  });

  test("what cannot be undone needs --yes where nobody can be asked", async () => {
    const { code, err } = await run(["application", "delete", "shop"]);
    expect(code).toBe(exitCodes.usage);
    expect(err).toContain("--yes");
  });

  test("serve is explained here and run elsewhere", async () => {
    expect((await run(["serve", "--help"])).out).toContain("--data");
    expect((await run(["serve", "--port", "0"])).err).toContain("./gennaker serve");
  });
});

describe("offline tools", () => {
  test("evaluate, judge, validate and plan answer each line and go on after a bad one", async () => {
    for (const [args, good] of [
      [["expression", "evaluate"], { id: "a", template: "${1 + 1}", context: {} }],
      [["canary", "judge"], { id: "a" }],
      [["pipeline", "validate"], { id: "a", pipeline: {} }],
      [["pipeline", "plan"], { id: "a", template: { schema: "v2", pipeline: {} }, instance: { schema: "v2" } }],
    ] as const) {
      const { code, out } = await run([...args], { stdin: `{\n${JSON.stringify(good)}\n` });
      const lines = out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { id: unknown; error?: { code: string } });
      expect(code).toBe(exitCodes.ok);
      expect(lines.map((line) => line.id)).toEqual([null, "a"]);
      expect(lines[0]?.error?.code).toEqual(expect.any(String));
    }
  });

  test("--online without a file is a usage error", async () => {
    expect((await run(["pipeline", "validate", "--online"])).code).toBe(exitCodes.usage);
  });
});

test("the exit code is the command's, unless the line was not understood or the program broke", () => {
  expect(exitCodeFor(0, 130)).toBe(130);
  expect(exitCodeFor(-4, 0)).toBe(exitCodes.usage);
  expect(exitCodeFor(-5, 0)).toBe(exitCodes.usage);
  expect(exitCodeFor(-1, 0)).toBe(exitCodes.failed);
});

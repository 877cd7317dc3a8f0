import { once } from "node:events";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCliProcess, runShim, startCli } from "./testing/processes.ts";

const home = await mkdtemp(join(tmpdir(), "gennaker-cli-it-"));
afterAll(async () => rm(home, { recursive: true, force: true }));

const env = () => ({ XDG_CONFIG_HOME: home });

test("good and bad lines, CRLF, blanks, no end of the last line", async () => {
  const stdin =
    '{"id":1,"template":"${1 + 1}","context":{}}\r\n\nno json\n[]\n{"id":2,"template":"${broken","context":{}}\n{"id":3,"template":"x","context":{}}';
  const { code, out, err } = await runCliProcess(["expression", "evaluate"], env(), stdin);
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: unknown; result?: unknown });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(lines.map((line) => line.id)).toEqual([1, null, null, 2, 3]);
  expect(lines[0]?.result).toBe(2);
  expect(lines[4]?.result).toBe("x");
});

test("a canary is judged; a line of tens of megabytes too", async () => {
  const values = (base: number, count: number) => Array.from({ length: count }, (_, index) => base + (index % 7));
  const input = (id: string, count: number) => ({
    id,
    canaryConfig: {
      name: "c",
      judge: { name: "NetflixACAJudge-v1.0", judgeConfigurations: {} },
      metrics: [
        {
          name: "m",
          query: { type: "prometheus", metricName: "m" },
          groups: ["g"],
          analysisConfigurations: { canary: { direction: "increase" } },
          scopeName: "default",
        },
      ],
      classifier: { groupWeights: { g: 100 } },
    },
    scoreThresholds: { pass: 75, marginal: 50 },
    metricSetPairList: [
      { name: "m", id: "1", tags: {}, values: { control: values(10, count), experiment: values(10, count) } },
    ],
  });
  const big = { ...input("big", 60), note: "x".repeat(30 * 1024 * 1024) };
  const { code, out } = await runCliProcess(
    ["canary", "judge"],
    env(),
    `${JSON.stringify(input("a", 60))}\n${JSON.stringify(big)}\n`,
  );
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string; judgeResult?: { score: { score: number } } });
  expect(code).toBe(0);
  expect(lines.map((line) => [line.id, line.judgeResult?.score.score])).toEqual([
    ["a", 100],
    ["big", 100],
  ]);
});

test("a line asked by hand is answered before the input ends", async () => {
  const running = startCli(["pipeline", "validate"], env());
  running.child.stdin?.write('{"id":"one","pipeline":{"name":"p","application":"a","stages":[]}}\n');
  await running.saw(/"id":"one"/);
  running.child.stdin?.end();
  expect((await running.ended).code).toBe(0);
});

test("a reader that goes away ends it quietly", async () => {
  const running = startCli(["expression", "evaluate"], env());
  const { stdin, stdout } = running.child;
  stdin?.on("error", () => undefined);
  stdin?.write('{"id":1,"template":"x","context":{}}\n');
  await running.saw(/"id":1/);
  stdout?.destroy();
  const line = `${JSON.stringify({ id: 2, template: "y".repeat(100_000), context: {} })}\n`;
  const writing = setInterval(() => stdin?.write(line), 20);
  try {
    await once(running.child, "exit");
  } finally {
    clearInterval(writing);
  }
  expect(running.child.exitCode).toBe(0);
});

test("one pipeline file for a person: a table, exit 1 on errors", async () => {
  const file = join(home, "pipeline.json");
  await writeFile(
    file,
    JSON.stringify({
      application: "a",
      name: "p",
      stages: [{ refId: "1", type: "wait", requisiteStageRefIds: ["9"] }],
    }),
  );
  const bad = await runCliProcess(["pipeline", "validate", "--file", file], env());
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/^LEVEL +WHERE +WHAT\nerror +\/stages\/0\/requisiteStageRefIds/);
  await writeFile(
    file,
    JSON.stringify({ application: "a", name: "p", stages: [{ refId: "1", type: "wait", waitTime: 1 }] }),
  );
  expect(await runCliProcess(["pipeline", "validate", "--file", file], env())).toMatchObject({ code: 0, err: "" });
  const json = await runCliProcess(["pipeline", "validate", "--file", file, "--json"], env());
  expect(JSON.parse(json.out)).toEqual({ valid: true, problems: [] });
});

test("no server: its address and what to do, exit code 3", async () => {
  const { code, out, err } = await runCliProcess(["pipeline", "list", "--server", "http://127.0.0.1:9"], env());
  expect({ code, out }).toEqual({ code: 3, out: "" });
  expect(err).toMatch(/http:\/\/127\.0\.0\.1:9[\s\S]*\.\/gennaker serve[\s\S]*npm run demo/);
});

test("./gennaker passes input, output and the exit code through", async () => {
  const line = '{"id":1,"template":"${1 + 1}","context":{}}';
  expect(await runShim(["expression", "evaluate"], env(), line)).toEqual({
    code: 0,
    out: '{"id":1,"result":2,"errors":[]}\n',
    err: "",
  });
  expect(await runShim(["nonsense"], env(), "")).toMatchObject({ code: 2, out: "" });
});

test("contexts are remembered between runs", async () => {
  await runCliProcess(["context", "set", "here", "--server", "127.0.0.1:9", "--user", "kim"], env());
  await runCliProcess(["context", "set", "there", "--server", "https://there.example"], env());
  const list = JSON.parse((await runCliProcess(["context", "list", "--json"], env())).out) as object[];
  expect(list).toEqual([
    { name: "here", current: true, server: "http://127.0.0.1:9", user: "kim" },
    { name: "there", current: false, server: "https://there.example", user: null },
  ]);
  expect((await runCliProcess(["context", "use", "gone"], env())).err).toContain("here, there");
  expect((await runCliProcess(["system"], env())).err).toContain("http://127.0.0.1:9");
  await runCliProcess(["context", "delete", "here"], env());
  expect(JSON.parse((await runCliProcess(["context", "list", "--json"], env())).out)).toHaveLength(1);
});

import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { z } from "zod";
import { stageSettings } from "../../../platform/config/stage-settings.ts";
import { createScene } from "../testing/scene.ts";
import type { SceneOptions } from "../testing/scene.ts";

const settings = z.object(stageSettings).parse({
  script: {
    enabled: true,
    interpreters: { sh: ["/bin/sh"], python: ["/usr/bin/python3", "-I"] },
    commands: ["/bin/ls"],
  },
});

async function run(context: JsonObject, options: SceneOptions & { cancel?: boolean } = {}) {
  const scene = await createScene({ ...options, deps: { settings, ...options.deps } });
  const outcome = await scene.run("script", {
    context,
    onWait: () => (options.cancel === true ? "cancel" : undefined),
  });
  return { ...outcome, scene };
}
const ended = (status: number, more = {}) => ({
  kind: "ended" as const,
  status,
  timedOut: false,
  log: "one\nlast words\n",
  truncated: false,
  ...more,
});

test.each<[JsonObject, object]>([
  [
    { command: "echo $A", env: { A: 1 } },
    { command: ["/bin/sh", "{script}"], body: "echo $A", env: { A: "1" } },
  ],
  [
    { command: "print(1)", interpreter: "python" },
    { command: ["/usr/bin/python3", "-I", "{script}"], body: "print(1)" },
  ],
  [{ command: ["/bin/ls", "-l", "a b; rm"] }, { command: ["/bin/ls", "-l", "a b; rm"], body: null }],
  [{ scriptArtifact: { type: "embedded/base64", reference: "ZWNobyBo" } }, { body: "echo h" }],
  [
    { command: "x", region: "eu", image: "i", account: "prod", cluster: "app", cmc: "c" },
    { env: { REGION_PARAM: "eu", IMAGE_ID: "i", ENV_PARAM: "prod", CLUSTER_PARAM: "app", CMC: "c" } },
  ],
])("%j runs as %j", async (context, wanted) => {
  const { stage, scene } = await run(context);
  expect(stage.failure).toBeNull();
  expect(scene.scripts).toMatchObject([wanted]);
  expect(stage.context["script"]).toMatchObject({ owner: "here", exitStatus: 0 });
});

test.each<[JsonObject, string]>([
  [{ command: ["/bin/sh2"] }, '"/bin/sh2" is no program that scripts may begin with. Allowed are: /bin/ls, /bin/sh'],
  [{ command: "x", interpreter: "perl" }, 'There is no interpreter "perl". Configured are: sh, python.'],
  [{ command: "x", interpreter: "constructor" }, "There is no interpreter"],
  [{ command: "x", env: { LD_PRELOAD: "/evil.so" } }, "The variable LD_PRELOAD cannot be set by a stage"],
  [{ command: "x", env: { PATH: "/evil" } }, "The variable PATH cannot be set by a stage"],
  [{ command: "x", repoUrl: "https://git.example/a" }, "only one file is taken"],
  [{ repoUrl: "https://git.example/a" }, "only one file is taken"],
  [{ scriptPath: "bin/a.sh" }, "There is no script to run"],
  [{ scriptArtifactId: "none" }, "There is no script to run"],
  [{ command: "x", env: { "a b": "c" } }, "/env"],
])("%j is refused before anything runs", async (context, words) => {
  const { stage, scene } = await run(context);
  expect(stage.failure?.message).toContain(words);
  expect(scene.scripts).toEqual([]);
});

test("scripts are off unless the configuration turns them on", async () => {
  const { stage } = await run({ command: "x" }, { deps: { settings: z.object(stageSettings).parse({}) } });
  expect(stage.failure).toMatchObject({ code: "script.disabled", message: expect.stringContaining("script.enabled") });
});

test.each<[SceneOptions["script"] & object, string]>([
  [ended(3), "The script ended with the status 3. Its last line: last words"],
  [ended(124, { timedOut: true }), "The script was ended after 60 minutes. Its last line: last words"],
  [{ kind: "lost", log: "half" }, "gone and left no exit status"],
  [{ kind: "none" }, "gone and left no exit status"],
])("a script that is %j is TERMINAL", async (script, words) => {
  const { stage } = await run({ command: "x" }, { script });
  expect([stage.status, stage.failure?.message]).toEqual(["TERMINAL", expect.stringContaining(words)]);
});

test("while it runs its output is shown; canceled it is stopped", async () => {
  const { stage, scene, waits } = await run(
    { command: "x" },
    { script: { kind: "running", log: "50 %\n" }, cancel: true },
  );
  expect(waits).toEqual([{ code: "script.running", message: "The script runs", details: { lastLine: "50 %" } }]);
  expect(stage.context["script"]).toMatchObject({ log: "50 %\n" });
  expect([stage.status, scene.stopped]).toEqual(["CANCELED", [scene.scripts[0]?.id]]);
});

test.each<[string, string, JsonObject]>([
  ["build.properties", "# made\nversion=1.2\nname : app\n\n", { version: "1.2", name: "app" }],
  ["out.json", '{"version":"1.2","n":5}', { version: "1.2", n: 5 }],
  ["out.yml", "version: 1.2.0\nlist: [a]\n", { version: "1.2.0", list: ["a"] }],
])("the property file %s becomes outputs", async (propertyFile, text, values) => {
  const { stage } = await run({ command: "x", propertyFile }, { files: { [propertyFile]: text } });
  expect(stage.outputs).toEqual({ ...values, propertyFileContents: values });
  expect(stage.context).toMatchObject(values);
});

test.each(["", "{", "\u0000"])("a property file with %j, or none, is TERMINAL", async (text) => {
  const files = { "a.json": text };
  expect((await run({ command: "x", propertyFile: "a.json" }, { files })).stage.failure?.code).toBe(
    "script.properties",
  );
  expect((await run({ command: "x", propertyFile: "b" }, { files })).stage.failure?.code).toBe("script.properties");
});

test("without waitForCompletion the start is enough; on another machine it waits for that one", async () => {
  const { stage } = await run({ command: "x", waitForCompletion: "false" });
  expect(stage.tasks.map(({ name }) => name)).toEqual(["startScript"]);
  const scene = await createScene({ deps: { settings } });
  const monitor = scene.runner.types
    .get("script")
    ?.tasks({ execution: {} as never, stage: { context: {} } as never })[1];
  const result = await monitor?.run({ stage: { context: { script: { id: "a", owner: "other:1" } } } } as never);
  expect(result).toMatchObject({ status: "RUNNING", waiting: { message: "The script runs on other" } });
});

/** What `git archive` packs of one file. */
function packed(path: string, text: string): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(path);
  header.write(Buffer.byteLength(text).toString(8).padStart(11, "0"), 124);
  header.write("0", 156);
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return gzipSync(Buffer.concat([header, body, Buffer.alloc(1024)]));
}

test("a script of a repository is fetched as that one file, and sees where it comes from", async () => {
  const asked: unknown[] = [];
  const fetchContent = async (artifact: JsonObject) => {
    asked.push(artifact);
    return packed("bin/a.sh", "echo from git");
  };
  const repository = { repoUrl: "https://git.example/a", repoBranch: "main", repoArtifactAccount: "corp" };
  const { stage, scene } = await run({ ...repository, scriptPath: "./bin/a.sh" }, { deps: { fetchContent } });
  expect(stage.failure).toBeNull();
  expect(scene.scripts).toMatchObject([
    { body: "echo from git", env: { SCRIPT_PATH: "./bin/a.sh", REPO_BRANCH: "main" } },
  ]);
  expect(asked).toEqual([
    expect.objectContaining({
      type: "git/repo",
      reference: "https://git.example/a",
      version: "main",
      location: "bin/a.sh",
      artifactAccount: "corp",
    }),
  ]);
  const other = await run({ ...repository, scriptPath: "bin" }, { deps: { fetchContent } });
  expect(other.stage.failure?.message).toContain("bin is no file of https://git.example/a");
  const damaged = await run(
    { ...repository, scriptPath: "bin/a.sh" },
    { deps: { fetchContent: async () => new Uint8Array([1, 2, 3]) } },
  );
  expect(damaged.stage.failure?.message).toContain("cannot be unpacked");
});

test("canceled from another machine it is stopped where it runs; a server that does not answer is told", async () => {
  const scene = await createScene({ deps: { settings } });
  const cancel = (context: JsonObject) => {
    const stage = { id: "s", context };
    const given = { stage, execution: { id: "e" }, operationKey: "e/s/1/3", signal: new AbortController().signal };
    return scene.runner.types.get("script")?.cancel?.(given as never);
  };
  await cancel({ script: { id: "a", owner: "here" } });
  await expect(cancel({ script: { id: "b", owner: "other:1" } })).rejects.toThrow(
    "The script runs on other, whose server does not answer; it is stopped once that server is back.",
  );
  await cancel({});
  expect(scene.stopped).toEqual(["a", "b", "e-s-3"]);
});

test("tried again after a crash it is started under the same name", async () => {
  const scene = await createScene({ deps: { settings } });
  await scene.run("script", { context: { command: "x" }, crash: true });
  expect(new Set(scene.scripts.map(({ id }) => id)).size).toBe(1);
  expect(scene.scripts.length).toBe(2);
});

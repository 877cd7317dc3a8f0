import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createBakeCache } from "./cache.ts";
import { overridesForFiles } from "./commands.ts";
import { directoryOf, inside, placeInput } from "./inputs.ts";
import { expandPaths, mergeValues, renderTemplate } from "./plain-template.ts";
import { createBakePrograms } from "./programs.ts";

const directory = await mkdtemp(join(tmpdir(), "bake-parts-"));
afterAll(() => rm(directory, { recursive: true, force: true }));

test.each<[string, JsonObject, string]>([
  ["{{ a }}-{{a}}", { a: 1 }, "1-1"],
  ["{{ a.b.c }}", { a: { b: { c: true } } }, "true"],
  ['{{ a | default "x" }}{{ b | default y }}', { b: "" }, "xy"],
  ["{{ a | quote }}", { a: 'say "hi"' }, '"say \\"hi\\""'],
  ["{{ a | json }}|{{ a }}", { a: [1, { b: 2 }] }, '[1,{"b":2}]|[1,{"b":2}]'],
  ["{{ a | upper | base64 }}", { a: "x" }, "WA=="],
  ["x:\n  {{ a | indent 2 }}", { a: "1\n2" }, "x:\n  1\n  2"],
  ["{{ a-b }} {not} {{", { "a-b": null }, " {not} {{"],
])("%j with %j is %j", (template, values, text) => {
  expect(renderTemplate(template, values)).toBe(text);
});

test.each([
  ["a\n{{ b }}", 'line 2: there is no value "b"'],
  ["{{ a | shout }}", 'line 1: there is no filter "shout"'],
  ["{{ toString | constructor }}", 'there is no filter "constructor"'],
  ["{{ __proto__.x }}", 'there is no value "__proto__.x"'],
  ["{{ range .Values }}", 'line 1: "range .Values" is no path of a value'],
])("the template %j is refused: %s", (template, words) => {
  expect(() => renderTemplate(template, { a: 1 })).toThrow(words);
});

test("values are merged deeply, dots are paths", () => {
  expect(mergeValues({ a: { b: 1, c: [1] }, d: 1 }, { a: { b: 2, c: [2] }, e: 3 })).toEqual({
    a: { b: 2, c: [2] },
    d: 1,
    e: 3,
  });
  expect(expandPaths({ "a.b": 1, "a.c": 2, d: 3 })).toEqual({ a: { b: 1, c: 2 }, d: 3 });
});

test("paths stay inside the repository", () => {
  expect(inside("/w/source", "charts/web")).toBe("/w/source/charts/web");
  expect(inside("/w/source", "/charts")).toBe("/w/source/charts");
  expect(inside("/w/source", "")).toBe("/w/source");
  for (const path of ["../other", "a/../../x", ".."])
    expect(() => inside("/w/source", path)).toThrow("leads out of the input artifact");
  expect(["a/Chart.yaml", "a/kustomization.yml", "a/Kustomization", "a/b"].map(directoryOf)).toEqual([
    "a",
    "a",
    "a",
    "a/b",
  ]);
});

test("a repository is unpacked, a file is written; members that lie outside are refused", async () => {
  await mkdir(join(directory, "tree", "charts"), { recursive: true });
  await writeFile(join(directory, "tree", "charts", "Chart.yaml"), "name: web\n");
  const archive = join(directory, "tree.tgz");
  await create({ file: archive, cwd: join(directory, "tree"), gzip: true }, ["charts"]);
  const content = await readFile(archive);
  const artifacts = {
    fetch: async () => ({ digest: "", size: 0, artifact: {} }),
    text: async () => "",
    async *read() {
      yield content;
    },
  };
  const place = join(directory, "placed");
  const signal = new AbortController().signal;
  await placeInput({ artifacts }, { artifact: { type: "git/repo" }, digest: "d" }, place, signal);
  expect(await readFile(join(place, "charts", "Chart.yaml"), "utf8")).toBe("name: web\n");
  await placeInput({ artifacts }, { artifact: { type: "http/file" }, digest: "d" }, join(directory, "file"), signal);
  expect((await readFile(join(directory, "file"))).equals(content)).toBe(true);
});

test("the cache keeps what was used last", async () => {
  const cache = createBakeCache(join(directory, "cache"), 2);
  for (const key of ["a", "b"]) await cache.put(key, key);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await cache.get("a")).toBe("a");
  await new Promise((resolve) => setTimeout(resolve, 10));
  await cache.put("c", "c");
  expect([await cache.get("a"), await cache.get("b"), await cache.get("c")]).toEqual(["a", null, "c"]);
});

test("programs are found on the path, run without a shell, and end with the signal", async () => {
  const bin = join(directory, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "helm"), '#!/bin/sh\nprintf "%s|" "$@" "$SECRET" "$HOME"\necho oops >&2\nexit 3\n', {
    mode: 0o755,
  });
  await writeFile(join(bin, "slow"), "#!/bin/sh\nexec sleep 30\n", { mode: 0o755 });
  await writeFile(join(bin, "no-program"), "text");
  const programs = createBakePrograms({ directory, path: `relative:${bin}:/usr/bin:/bin` });
  expect([await programs.find("helm"), await programs.find("no-program"), await programs.find("nope")]).toEqual([
    join(bin, "helm"),
    null,
    null,
  ]);
  const run = { directory: join(directory, "run"), env: { HOME: "/h" }, signal: new AbortController().signal };
  expect(await programs.run({ ...run, command: [join(bin, "helm"), "a b", "$(id)"] })).toEqual({
    status: 3,
    output: "a b|$(id)||/h|",
    errors: "oops\n",
  });
  const stop = new AbortController();
  const slow = programs.run({ ...run, command: [join(bin, "slow")], signal: stop.signal });
  stop.abort();
  await expect(slow).rejects.toThrow("abort");
});

test("overrides go by files, so that nobody reads them off the command line, unless helm reads more than a text in them", () => {
  const options = {
    outputName: "",
    namespace: "",
    environment: "",
    includeCRDs: false,
    apiVersions: "",
    kubeVersion: "",
  };
  const of = (overrides: JsonObject, rawOverrides: boolean, renderer: "HELM3" | "HELMFILE" = "HELM3") => [
    ...overridesForFiles(renderer, { ...options, overrides, rawOverrides }),
  ];
  const overrides = { a: "s3cret=", b: 1, c: "x,y", d: "{1,2}", "e[0]": "z", f: "true", g: true };
  expect(of(overrides, false)).toEqual([
    ["a", "s3cret="],
    ["b", "1"],
    ["e[0]", "z"],
    ["f", "true"],
    ["g", "true"],
  ]);
  expect(of(overrides, true)).toEqual([
    ["a", "s3cret="],
    ["e[0]", "z"],
  ]);
  expect(of(overrides, false, "HELMFILE")).toEqual([]);
});

import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { runCli } from "../run-cli.ts";
import { fakeContext } from "../testing/fake-context.ts";
import { proposalLines } from "./proposals.ts";
import { completionScript, shells } from "./scripts.ts";

async function complete(words: string[], server = "http://127.0.0.1:9"): Promise<string[]> {
  const fake = fakeContext({ env: { GENNAKER_SERVER: server } });
  expect(await runCli(fake.context, ["__complete", "--", ...words])).toBe(0);
  return fake
    .out()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t")[0] ?? "");
}

describe("proposals", () => {
  test("nouns, verbs and flags", async () => {
    expect(await complete(["pipe"])).toEqual(["pipeline"]);
    expect(await complete(["canary", "config", ""])).toEqual(["list", "get", "save", "delete"]);
    expect(await complete(["pipeline", "start", "--par"])).toEqual(["--parameter", "--parameter-file"]);
    expect(await complete(["execution", "list", "--status", "TERM"])).toEqual(["TERMINAL"]);
  });

  test("the hidden command is not proposed", async () => {
    expect(await complete([""])).not.toContain("__complete");
  });

  test("names from the server; none, and no error, when it does not answer", async () => {
    const answers: Record<string, unknown> = {
      "/api/v1/applications": [{ name: "shop" }, { name: "store" }],
      "/api/v1/applications/shop/pipelines": [{ name: "deploy 배포" }],
      "/api/v1/applications/shop/clusters": [{ serverGroups: [{ name: "shop-web-v001" }] }],
      "/api/v1/executions": [{ id: "01A" }],
    };
    const server = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answers[(request.url ?? "").split("?")[0] ?? ""] ?? []));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await complete(["application", "get", "s"], address)).toEqual(["shop", "store"]);
      expect(await complete(["pipeline", "start", "sh"], address)).toEqual(["shop/"]);
      expect(await complete(["pipeline", "start", "shop/"], address)).toEqual(["shop/deploy 배포"]);
      expect(await complete(["server-group", "get", "shop-"], address)).toEqual(["shop-web-v001"]);
      expect((await complete(["execution", "watch", ""], address))[0]).toBe("01A");
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(await complete(["application", "get", "s"])).toEqual([]);
  });

  test("one a line, whatever the names hold", () => {
    const of = (completion: string) => ({ kind: "argument:value", completion, brief: "x" });
    expect(
      proposalLines([of("a b"), of("a\nb"), { kind: "argument:flag", completion: "--json", brief: "One\ndocument" }]),
    ).toBe("a b\n--json\tOne document\n");
  });
});

test.each(shells)("the %s script can be read by its shell, where there is one", (shell) => {
  const script = completionScript(shell);
  expect(script).toContain("__complete");
  const check = spawnSync(shell, [shell === "fish" ? "--no-execute" : "-n"], { input: script, encoding: "utf8" });
  if (check.error === undefined) expect(check.stderr).toBe("");
});

test("bash asks the program and completes names with spaces", () => {
  const script = `gennaker() { printf 'shop/deploy now\\tx\\n'; }\n${completionScript("bash")}\nCOMP_WORDS=(gennaker pipeline get shop/d)\nCOMP_CWORD=3\n_gennaker\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  const ran = spawnSync("bash", ["--norc"], { input: script, encoding: "utf8" });
  if (ran.error === undefined) expect(ran.stdout).toBe("shop/deploy\\ now\n");
});

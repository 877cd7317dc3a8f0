import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startPeer } from "@gennaker/testkit/fakes/http-peer.ts";
import { runCli } from "../../run-cli.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { runAgainst } from "../../testing/stub-api.ts";

const home = mkdtempSync(join(tmpdir(), "gennaker-export-"));
afterAll(() => rmSync(home, { recursive: true }));
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();

test("names that no file system takes, and equal ones, become files; pipelines carry their place", async () => {
  const item = (kind: string, name: string, document: object = {}) => ({ kind, name, application: "shop", document });
  const items = [
    item("application", "shop"),
    item("pipeline", "Deploy: a/b", { n: 1 }),
    item("pipeline", "..", {}),
    item("strategy", "s"),
    item("notifications", "shop"),
    item("canaryConfig", "c"),
    item("canaryConfig", "C"),
  ];
  const folder = join(home, "out");
  const { code, out } = await runAgainst({ "GET /export": { application: "shop", items } }, [
    "export",
    "--application",
    "Shop",
    folder,
  ]);
  expect([code, out]).toEqual([0, `Wrote 7 files below ${folder}.\n`]);
  expect(files(folder)).toEqual([
    "applications/shop/application.json",
    "applications/shop/canary-configs/C~2.json",
    "applications/shop/canary-configs/c.json",
    "applications/shop/notifications.json",
    "applications/shop/pipelines/0001-Deploy_ a_b.json",
    "applications/shop/pipelines/0002-_.json",
    "applications/shop/strategies/0001-s.json",
  ]);
  expect(readFileSync(join(folder, "applications/shop/pipelines/0001-Deploy_ a_b.json"), "utf8")).toBe(
    '{\n  "n": 1\n}\n',
  );
});

test("an application that is not there is said", async () => {
  const { code, err } = await runAgainst({ "GET /export": { application: "x", items: [] } }, [
    "export",
    "--application",
    "x",
    join(home, "none"),
  ]);
  expect([code, err]).toEqual([1, expect.stringContaining("nothing of the application x")]);
});

test("what is kept here is asked for where it is said", async () => {
  const peer = await startPeer((_request, response) => void response.end('{"application":"x","items":[]}'));
  const { context } = fakeContext({ env: { GENNAKER_SERVER: peer.url } });
  await runCli(context, ["export", "--application", "x", join(home, "none")]);
  await runCli(context, ["export", "--stored", "--application", "x", join(home, "none")]);
  await peer.close();
  expect(peer.requests.map(({ path }) => new URLSearchParams(path.split("?")[1]).get("as"))).toEqual([
    "received",
    "stored",
  ]);
});

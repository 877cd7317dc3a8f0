import { needs } from "@gennaker/contract/permission.ts";
import { describe, expect, test } from "vitest";
import { localPath } from "../login/cookies.ts";
import { cookieOf, credentialsOf } from "./credentials.ts";
import { accountsOf, runAsUsersOf, wantedOf } from "./needs.ts";
import { shownOf } from "./shown.ts";

const lookUp = async (what: string, id: string) =>
  id === "missing" ? null : what === "canaryConfig" && id === "all" ? [] : [`app-of-${id}`];
const names = async (permission: ReturnType<typeof needs>, body: unknown, params = {}, query = {}) =>
  (await wantedOf(permission, { params, query, body }, lookUp)).map(
    ({ verb, resource }) => `${verb} ${resource.kind}/${resource.name}`,
  );

describe("what a request asks", () => {
  test("is read from path, query and body, and looked up", async () => {
    const permission = needs(
      "read application params.a",
      "write application pipeline:body.id?",
      "read account query.x",
    );
    expect(await names(permission, { id: "P" }, { a: "Shop" }, { x: "one,two" })).toEqual([
      "read application/shop",
      "write application/app-of-p",
      "read account/one",
      "read account/two",
    ]);
  });
  test("what is left out is asked for as a whole, unless it may be left out", async () => {
    expect(await names(needs("write application body.application"), {})).toEqual(["write application/null"]);
    for (const odd of [null, [], "x", { application: 5 }, { application: ["x"] }, { application: "*" }])
      expect((await names(needs("write application body.application"), odd))[0]).toMatch(/null|\/x$/);
    expect(await names(needs("read application query.application?"), {})).toEqual([]);
  });
  test("what does not exist is not found; documents with chosen ids are shared until they name somebody", async () => {
    await expect(names(needs("read application execution:params.id"), {}, { id: "missing" })).rejects.toThrow(
      "no execution",
    );
    expect(await names(needs("write application canaryConfig:params.id"), {}, { id: "missing" })).toEqual([
      "write shared/null",
    ]);
    expect(await names(needs("write application canaryConfig:params.id"), {}, { id: "all" })).toEqual([
      "write shared/null",
    ]);
  });
  test("jobs ask for what they change, also in base64", async () => {
    const permission = { needs: [], jobs: true } as const;
    const encoded = Buffer.from(JSON.stringify({ application: "b", id: "P" })).toString("base64");
    const body = {
      application: "a",
      job: [
        { type: "savePipeline", pipeline: encoded },
        { type: "deleteApplication", application: { name: "C" } },
        { type: "upsertProject", project: {} },
        { type: "resizeServerGroup", credentials: "prod", cluster: { account: "x" } },
        { type: "savePipeline", pipeline: "not base64 of JSON" },
      ],
    };
    expect(await names(permission as never, body)).toEqual([
      "write application/app-of-p",
      "write application/b",
      "write application/c",
      "write shared/null",
      "execute application/a",
      "write account/prod",
      "write account/x",
      "write application/null",
    ]);
    expect(await names(permission as never, {})).toEqual(["execute application/spinnaker"]);
  });
  test("accounts of stages are found wherever Spinnaker writes them", () => {
    const stage = {
      credentials: "a",
      clusters: [{ account: "b" }, { account: "a" }, { account: "${x}" }, 5],
      "account.name": "c",
    };
    expect(accountsOf(stage).map(({ resource }) => resource.name)).toEqual(["a", "c", "b"]);
  });
});

test("the users that triggers run as are found in documents, lists and jobs", () => {
  const pipeline = { triggers: [{ runAsUser: "robot" }, { runAsUser: "robot" }, {}, 5, { runAsUser: "" }] };
  const encoded = Buffer.from(JSON.stringify(pipeline)).toString("base64");
  expect(runAsUsersOf(pipeline)).toEqual(["robot"]);
  expect(runAsUsersOf([pipeline, null])).toEqual(["robot"]);
  expect(runAsUsersOf({ job: [{ type: "savePipeline", pipeline: encoded }, { strategy: pipeline }] })).toEqual([
    "robot",
  ]);
  for (const none of [undefined, null, "x", {}, { triggers: "x" }]) expect(runAsUsersOf(none)).toEqual([]);
});

describe("lists", () => {
  const sees = { named: (name: string) => name === "shop", nameless: false };
  test("lose what may not be read, and nothing else", () => {
    const entries = [{ application: "shop" }, { application: "secret" }, { application: null }, "x"];
    expect(shownOf(entries, { by: "application" }, sees)).toEqual([{ application: "shop" }]);
    expect(shownOf(entries, { by: "application" }, { ...sees, nameless: true })).toHaveLength(3);
    expect(shownOf([{ n: "shop-api-v001" }, { n: "secret-v1" }], { by: "n", moniker: true }, sees)).toEqual([
      { n: "shop-api-v001" },
    ]);
    expect(shownOf([{ a: ["secret", "shop"] }, { a: ["secret"] }], { by: "a" }, sees)).toHaveLength(1);
  });
  test("inside an answer leave the rest as it is", () => {
    const answer = [{ total: 2, results: [{ application: "secret" }, { application: "shop" }] }];
    expect(shownOf(answer, { by: "application", at: "0.results" }, sees)).toEqual([
      { total: 2, results: [{ application: "shop" }] },
    ]);
    expect(shownOf({ x: 1 }, { by: "application", at: "0.results" }, sees)).toEqual({ x: 1 });
  });
});

describe("credentials", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  test.each<[object, object | null]>([
    [{}, null],
    [{ authorization: "Bearer gnk_x" }, { kind: "token", secret: "gnk_x" }],
    [{ authorization: "bearer abc.def.ghi" }, { kind: "bearer", token: "abc.def.ghi" }],
    [{ authorization: basic("kim:a:b") }, { kind: "basic", name: "kim", password: "a:b" }],
    [{ authorization: basic("kim:gnk_x") }, { kind: "token", secret: "gnk_x" }],
    [{ authorization: basic("nocolon") }, { kind: "unreadable" }],
    [{ authorization: basic("k\0im:x") }, { kind: "unreadable" }],
    [{ authorization: "Digest x" }, { kind: "unreadable" }],
    [{ authorization: "Bearer a b" }, { kind: "unreadable" }],
    [{ authorization: "", cookie: `gennaker_session=${"a".repeat(43)}` }, { kind: "unreadable" }],
    [{ "x-spinnaker-token": ["a", "b"] }, { kind: "unreadable" }],
    [
      { "x-spinnaker-token": "gnk_y", authorization: "Bearer gnk_x" },
      { kind: "token", secret: "gnk_y" },
    ],
  ])("%j", (headers, expected) => {
    expect(credentialsOf({ headers } as never)).toEqual(expected);
  });
  test("a cookie that is there twice with two values is nobody's", () => {
    const [one, two] = ["a".repeat(43), "b".repeat(43)];
    expect(cookieOf(`x=1; gennaker_session=${one}`, ["gennaker_session"])).toBe(one);
    expect(cookieOf(`gennaker_session=${one}; gennaker_session=${two}`, ["gennaker_session"])).toBeNull();
    expect(cookieOf("gennaker_session=<script>", ["gennaker_session"])).toBeNull();
  });
});

test("after a login only paths of this server are gone to", () => {
  expect(localPath("/ui/applications?x=1#y")).toBe("/ui/applications?x=1#y");
  for (const next of [
    "//evil",
    "/\\evil",
    "https://evil",
    "/a\\b",
    "/a\nb",
    "/ a",
    "",
    5,
    undefined,
    "/ui/login?next=x",
  ])
    expect(localPath(next)).toBe("/ui/");
});

import { expect, test } from "vitest";
import type { HttpAnswer, HttpRequest } from "../deps.ts";
import { exchange, noAnswerKind } from "./exchange.ts";
import { codeName } from "./http-names.ts";
import type { Call } from "./request.ts";

const call: Call = {
  method: "POST",
  url: "https://a.example/x",
  headers: { authorization: "Bearer s", "content-type": "application/json", "x-run": "1" },
  body: "{}",
};

async function follow(answers: Partial<HttpAnswer>[], given: Partial<Call> = {}) {
  const asked: HttpRequest[] = [];
  const left = [...answers];
  const answer = await exchange(
    async (request) => {
      asked.push(request);
      return { status: 200, headers: {}, body: "", truncated: false, ...(left.length > 1 ? left.shift() : left[0]) };
    },
    { ...call, ...given },
    new AbortController().signal,
  );
  return { asked, answer };
}
const to = (status: number, location: string) => ({ status, headers: { location } });

test.each([301, 302, 303])("%i is asked with GET and without the body", async (code) => {
  const { asked, answer } = await follow([to(code, "/y?z=1"), { status: 201 }]);
  expect([answer.status, asked[1]?.method, asked[1]?.url, asked[1]?.body]).toEqual([
    201,
    "GET",
    "https://a.example/y?z=1",
    null,
  ]);
  expect(asked[1]?.headers).toEqual({ authorization: "Bearer s", "x-run": "1" });
});

test.each([307, 308])("%i repeats the request", async (code) => {
  const { asked } = await follow([to(code, "/y"), {}]);
  expect(asked[1]).toMatchObject({ ...call, url: "https://a.example/y" });
});

test("secrets stay with their origin, and every hop is asked through the same guard", async () => {
  const { asked } = await follow([to(307, "http://b.example/y"), {}]);
  expect(asked.map(({ url }) => url)).toEqual(["https://a.example/x", "http://b.example/y"]);
  expect(asked[1]?.headers).not.toHaveProperty("authorization");
});

test.each<[Partial<HttpAnswer>]>([
  [{ status: 302 }],
  [to(302, "file:///etc/passwd")],
  [to(302, "https://")],
  [{ status: 304, headers: { location: "/y" } }],
])("%j is the answer", async (answer) => {
  expect((await follow([answer])).asked).toHaveLength(1);
});

test("an endless redirect ends", async () => {
  await expect(follow([to(302, "/x")])).rejects.toThrow("redirected more than 20 times");
});

test("kinds of no answer", () => {
  const wrapped = (code: string) => new Error("a", { cause: new Error("b", { cause: { code } }) });
  expect(noAnswerKind(Object.assign(new Error("a"), { code: "EAI_AGAIN" }))).toBe("name");
  expect(noAnswerKind(new Error("a", { cause: new DOMException("late", "TimeoutError") }))).toBe("timeout");
  expect([noAnswerKind(wrapped("ECONNRESET")), noAnswerKind("text")]).toEqual(["other", "other"]);
});

test.each([
  [200, "OK"],
  [302, "FOUND"],
  [404, "NOT_FOUND"],
  [418, "I_AM_A_TEAPOT"],
  [500, "INTERNAL_SERVER_ERROR"],
  [203, "NON_AUTHORITATIVE_INFORMATION"],
  [599, "599"],
])("%i is %s", (code, name) => {
  expect(codeName(code)).toBe(name);
});

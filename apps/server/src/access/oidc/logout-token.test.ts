import { expect, test } from "vitest";
import { readLogoutToken } from "./logout-token.ts";

const now = 1_800_000_000_000;
const expected = { issuer: "https://id.example", clientId: "gennaker", skewSeconds: 30, now };
const claims = {
  iss: "https://id.example",
  aud: "gennaker",
  iat: now / 1_000,
  exp: now / 1_000 + 120,
  jti: "1",
  sub: "kim-1",
  sid: "s-1",
  events: { "http://schemas.openid.net/event/backchannel-logout": {} },
};
const read = (more: object, header: object = { typ: "logout+jwt" }) =>
  readLogoutToken({ ...claims, ...more }, header as Record<string, unknown>, expected);

test("names the session and the person", () => {
  expect(read({})).toEqual({ session: "s-1", subject: "kim-1", id: "1" });
  expect(read({ sid: undefined, aud: ["other", "gennaker"] }, {})).toEqual({
    session: null,
    subject: "kim-1",
    id: "1",
  });
  // Clocks may differ a little.
  expect(read({ iat: now / 1_000 + 20, exp: now / 1_000 - 20 })).toMatchObject({ id: "1" });
});

test.each<[string, object, object?]>([
  ["is of another issuer", { iss: "https://evil.example" }],
  ["is for another client", { aud: "other" }],
  ["is for another client", { aud: undefined }],
  ["is of the future", { iat: now / 1_000 + 3_600 }],
  ["is of the future", { iat: "now" }],
  ["is too old", { iat: now / 1_000 - 3_600 }],
  ["is over", { exp: now / 1_000 - 60 }],
  ["is over", { exp: "never" }],
  ["has no id", { jti: undefined }],
  ["tells of no logout", { events: {} }],
  ["tells of no logout", { events: undefined }],
  ["has a nonce", { nonce: "x" }],
  ["names neither", { sub: undefined, sid: undefined }],
  ["is no logout token", {}, { typ: "at+jwt" }],
])("one that %s is refused (%j)", (reason, more, header) => {
  expect(read(more, header)).toContain(reason);
});

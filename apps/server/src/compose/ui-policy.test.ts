import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { waitingPage, waitingPolicy, withPolicy } from "./ui-policy.ts";

const index = readFileSync(new URL("../../../web/index.html", import.meta.url), "utf8");

test("each answer has a value of its own, in the page and in its policy", () => {
  const [one, two] = [withPolicy(index), withPolicy(index)];
  const nonce = /'nonce-([^']+)'/.exec(one.policy)?.[1] ?? "";
  expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  expect(one.html).toContain(`<meta name="csp-nonce" content="${nonce}" />`);
  expect(two.policy).not.toContain(nonce);
});

test("no policy takes styles or scripts that stand in a page", () => {
  for (const policy of [withPolicy(index).policy, waitingPolicy]) {
    expect(policy).not.toMatch(/unsafe|\*|http:/);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
  }
  expect(index).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/);
  expect(waitingPage("x")).not.toMatch(/style="|<script/);
});

import { describe, expect, it } from "vitest";
import { parseGoVersion, planGo } from "./go.ts";

describe("which Go builds the programs", () => {
  it.each([
    ["go version go1.19.8 linux/amd64", "download"],
    ["go version go1.20 linux/arm64", "download"],
    ["go version go1.21.0 linux/amd64", "switch"],
    ["go version go1.25.9 linux/amd64", "switch"],
    ["go version go1.26.8 linux/amd64", "use"],
    ["go version go1.30rc1 linux/amd64", "use"],
    ["go version go2.0 linux/amd64", "use"],
    ["go version devel abcdef linux/amd64", "use"],
  ])("%s: %s", (text, plan) => {
    expect(planGo(parseGoVersion(text))).toBe(plan);
  });
});

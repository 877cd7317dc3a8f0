import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clusterName,
  LAST_SEQUENCE,
  namePartProblem,
  nextSequence,
  parseClusterName,
  parseServerGroupName,
  serverGroupName,
} from "./naming.ts";

const word = fc.stringMatching(/^[A-Za-z0-9._]{1,12}$/);
const stack = fc.oneof(fc.constant(""), word).filter((value) => namePartProblem("stack", value) === null);
const detail = fc
  .oneof(fc.constant(""), fc.stringMatching(/^[A-Za-z0-9._~^-]{1,16}$/))
  .filter((value) => namePartProblem("detail", value) === null);
const moniker = fc.record({ application: word, stack, detail });
const sequence = fc.integer({ min: 0, max: LAST_SEQUENCE });

describe("names of clusters and server groups", () => {
  it("reads back every name it makes", () => {
    fc.assert(
      fc.property(moniker, sequence, (parts, number) => {
        const cluster = clusterName(parts);
        expect(parseClusterName(cluster)).toEqual(parts);
        expect(parseServerGroupName(serverGroupName(cluster, number))).toEqual({ ...parts, cluster, sequence: number });
      }),
    );
  });

  it("gives different names to different parts", () => {
    fc.assert(
      fc.property(moniker, moniker, (one, other) => {
        const same = one.application === other.application && one.stack === other.stack && one.detail === other.detail;
        expect(clusterName(one) === clusterName(other)).toBe(same);
      }),
    );
  });

  it("never throws on any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseServerGroupName(text);
        if (parsed !== null) expect(serverGroupName(parsed.cluster, parsed.sequence)).toBe(text);
      }),
    );
  });

  it.each([
    ["shop", { application: "shop", stack: "", detail: "" }],
    ["shop-prod", { application: "shop", stack: "prod", detail: "" }],
    ["shop-prod-eu-blue", { application: "shop", stack: "prod", detail: "eu-blue" }],
    ["shop--canary", { application: "shop", stack: "", detail: "canary" }],
  ])("reads %s", (name, expected) => {
    expect(parseClusterName(name)).toEqual(expected);
  });

  it.each(["", "-", "shop-", "shop--", "-prod", "shop prod", "shop-v001"])("refuses the cluster name %j", (name) => {
    expect(parseClusterName(name)).toBeNull();
  });

  it.each(["shop", "shop-v1", "shop-v0001", "-v001", "shop-prod-v12a"])("refuses the group name %j", (name) => {
    expect(parseServerGroupName(name)).toBeNull();
  });

  it("refuses numbers outside the sequence", () => {
    for (const number of [-1, 1000, 0.5, Number.NaN]) expect(() => serverGroupName("shop", number)).toThrow(RangeError);
  });
});

describe("the next number", () => {
  it("starts at 0 and wraps after 999", () => {
    expect(nextSequence(null, new Set())).toBe(0);
    expect(nextSequence(41, new Set([41]))).toBe(42);
    expect(nextSequence(999, new Set([999]))).toBe(0);
  });

  it("is never taken, and is missing only when all are", () => {
    fc.assert(
      fc.property(fc.option(sequence), fc.uniqueArray(sequence, { maxLength: 300 }), (last, list) => {
        const taken = new Set(list);
        const next = nextSequence(last, taken);
        expect(next).not.toBeNull();
        expect(taken.has(next ?? -1)).toBe(false);
      }),
    );
    expect(nextSequence(5, new Set(Array.from({ length: 1000 }, (_, index) => index)))).toBeNull();
  });
});

import { describe, expect, it } from "vitest";

import type { LoadBalancer } from "@gennaker/gateway-config/snapshot.ts";

import type { Progress } from "./timeouts.ts";
import { findExpiry } from "./timeouts.ts";

const config: LoadBalancer = {
  name: "lb",
  port: 80,
  serverGroups: [],
  timeouts: { connectMs: 10, responseMs: 100, idleMs: 1_000, halfCloseMs: 20 },
  retries: { attempts: 1, perTryTimeoutMs: 50 },
};
const waiting: Progress = {
  connected: true,
  requestDone: true,
  responding: false,
  clientEnded: false,
  clientFull: false,
  attemptAt: 0,
  completeAt: 0,
  activeAt: 0,
};

describe("what has run out", () => {
  it.each<[string, Partial<Progress>, number, "clientGone" | { final: boolean } | undefined]>([
    ["a connection in time", { connected: false }, 10, undefined],
    ["a connection too late", { connected: false }, 11, { final: false }],
    ["an answer in time", {}, 50, undefined],
    ["a try too slow", {}, 51, { final: false }],
    ["a second try has its own time", { attemptAt: 60 }, 90, undefined],
    ["all tries together", { attemptAt: 60 }, 101, { final: true }],
    ["a request still being sent", { requestDone: false }, 500, undefined],
    ["a request nobody sends on", { requestDone: false }, 1_001, "clientGone"],
    ["an answer on its way", { responding: true }, 1_000, undefined],
    ["an answer that stopped", { responding: true }, 1_001, { final: true }],
    ["a client that closed its side", { clientEnded: true }, 21, "clientGone"],
    ["one that still reads", { clientEnded: true, clientFull: true, responding: true }, 500, undefined],
  ])("%s", (_what, change, now, expected) => {
    const found = findExpiry(config, now, { ...waiting, ...change });
    if (expected === undefined || expected === "clientGone") expect(found).toBe(expected);
    else expect(found).toMatchObject(expected);
  });

  it("uses the defaults when nothing is said", () => {
    const plain: LoadBalancer = { name: "lb", port: 80, serverGroups: [] };
    expect(findExpiry(plain, 30_000, waiting)).toBeUndefined();
    expect(findExpiry(plain, 30_001, waiting)).toMatchObject({ reason: "no answer within 30000 ms", final: true });
  });
});

import { KubeError } from "@gennaker/kube-client/errors.ts";
import type { InformerStatus } from "@gennaker/kube-client/watch/informer.ts";
import { describe, expect, it } from "vitest";
import { reachOf } from "./reach.ts";

const status = (phase: InformerStatus["phase"], code?: number): InformerStatus => ({
  phase,
  served: true,
  objects: 0,
  resourceVersion: "",
  relists: 0,
  restarts: 0,
  error: code === undefined ? null : new KubeError({ code, reason: "Test", message: `answer ${code}.` }),
  silentMs: 0,
});
const pods = (of: InformerStatus) => ({ kind: "Pod", status: of });
const nodes = (of: InformerStatus) => ({ kind: "Node", status: of });

describe("whether a cluster answers", () => {
  it("is not known before the first answer", () => {
    expect(reachOf([pods(status("starting"))])).toEqual({
      reachable: false,
      reason: "the cluster has not answered yet",
    });
  });

  it("says why it does not", () => {
    const reach = reachOf([pods(status("retrying", 0)), nodes(status("retrying", 503))]);
    expect(reach.reachable).toBe(false);
    expect(reach.reason).toContain("answer 0.");
    expect(reachOf([pods(status("starting", 401))]).reachable).toBe(false);
  });

  it("is so when any watch works, and names what the login may not see", () => {
    expect(reachOf([pods(status("synced")), nodes(status("retrying", 500))])).toEqual({ reachable: true, reason: "" });
    expect(reachOf([pods(status("synced")), nodes(status("starting", 403))])).toEqual({
      reachable: true,
      reason: "the login may not watch Node",
    });
    expect(reachOf([nodes(status("starting", 403))]).reachable).toBe(true);
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { cluster, createScene } from "../../testing/scene.ts";

/** Deploys with every option over clusters of every shape: the router must never be left without a live group. */
const options = fc.record(
  {
    strategy: fc.constantFrom("none", "highlander", "redblack", "rollingredblack"),
    maxRemainingAsgs: fc.integer({ min: 0, max: 3 }),
    scaleDown: fc.boolean(),
    delayBeforeDisableSec: fc.nat({ max: 5 }),
    targetPercentages: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 3 }),
    useSourceCapacity: fc.boolean(),
    rollback: fc.record({ onFailure: fc.boolean() }),
  },
  { requiredKeys: ["strategy"] },
);
const before = fc.array(fc.record({ desired: fc.integer({ min: 1, max: 3 }), disabled: fc.boolean() }), {
  maxLength: 4,
});

test("whatever the strategy and the cluster, traffic always has a live group, also when the deploy fails or is canceled", async () => {
  await fc.assert(
    fc.asyncProperty(
      options,
      before,
      fc.constantFrom("goes well", "fails", "is canceled"),
      fc.nat({ max: 9 }),
      async (chosen, groups, end, at) => {
        const scene = await createScene({
          provider: { startAs: (group) => (group.sequence === groups.length && end === "fails" ? "starting" : "up") },
        });
        for (const { desired } of groups) await scene.existing({ capacity: { min: desired, max: desired, desired } });
        for (const [index, { disabled }] of groups.entries()) {
          if (disabled && index > 0) scene.provider.change(`app-v00${index}`, (group) => void (group.disabled = true));
        }
        scene.router.dead.length = 0;
        // A router that confirms each change only at the next look, so that a run can be canceled between any two steps.
        if (end !== "fails") scene.router.hold();
        let waits = 0;
        let canceled = false;
        const { stage } = await scene.run("deploy", {
          context: { clusters: [cluster({ ...chosen, progressDeadlineSec: 5 })] },
          onWait: () => {
            waits += 1;
            scene.router.release();
            canceled = end === "is canceled" && waits > at;
            if (!canceled && end !== "fails") scene.router.hold();
            return canceled ? "cancel" : undefined;
          },
        });
        scene.router.release();
        if (groups.length > 0) expect(scene.router.dead).toEqual([]);
        expect(stage.status === "CANCELED").toBe(canceled);
        const live = scene.provider
          .all()
          .filter((group) => !group.disabled && group.instances.some((one) => one.state === "up"));
        if (groups.length > 0) expect(live.length).toBeGreaterThan(0);
        if (stage.status !== "SUCCEEDED" && live.some((group) => group.sequence === groups.length))
          expect(live).toHaveLength(1);
        if (stage.status === "SUCCEEDED") expect(live.map((group) => group.name)).toContain(`app-v00${groups.length}`);
        if (stage.status === "SUCCEEDED" && chosen.strategy !== "none") expect(live).toHaveLength(1);
        if (end === "fails" && chosen.strategy !== "rollingredblack") expect(stage.status).toBe("TERMINAL");
      },
    ),
    { numRuns: 120 },
  );
});

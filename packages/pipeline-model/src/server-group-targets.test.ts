import fc from "fast-check";
import { expect, test } from "vitest";
import type { TargetCandidate } from "./server-group-targets.ts";
import { newestFirst, resolveTarget } from "./server-group-targets.ts";

const group = (sequence: number, second: number, canaryRole: string | null = null): TargetCandidate => ({
  name: `app-v${String(sequence).padStart(3, "0")}`,
  createdAt: new Date(second * 1000).toISOString(),
  sequence,
  canaryRole,
});
const nameOf = (target: string, groups: TargetCandidate[]): string => {
  const resolved = resolveTarget(target, groups);
  return "missing" in resolved ? resolved.missing : resolved.group.name;
};

test.each([
  ["current_asg_dynamic", "app-v003"],
  ["ancestor_asg_dynamic", "app-v002"],
  ["oldest_asg_dynamic", "app-v001"],
  ["CURRENT_ASG_DYNAMIC", "app-v003"],
  ["app-v001", "app-v001"],
  ["app-v009", "there is no server group app-v009 (there: app-v003, app-v002, app-v001)"],
])("%s of three groups is %s", (target, wanted) => {
  expect(nameOf(target, [group(2, 20), group(1, 10), group(3, 30)])).toBe(wanted);
});

test("time rules over the number, so that v000 after v999 is the newest", () => {
  expect(nameOf("current_asg_dynamic", [group(999, 10), group(0, 20)])).toBe("app-v000");
});

test("a canary's group is never a dynamic target, but can be named", () => {
  const groups = [group(1, 10), group(2, 20, "canary")];
  expect(nameOf("current_asg_dynamic", groups)).toBe("app-v001");
  expect(nameOf("app-v002", groups)).toBe("app-v002");
});

test("what is missing is said", () => {
  expect(nameOf("current_asg_dynamic", [])).toBe("the cluster has no server group");
  expect(nameOf("ancestor_asg_dynamic", [group(1, 1)])).toBe(
    "the cluster has only one server group, app-v001, and so no previous one",
  );
});

test("newest, previous and oldest agree with the order, whatever the order given", () => {
  const groups = fc.uniqueArray(fc.record({ sequence: fc.nat({ max: 999 }), second: fc.nat({ max: 50 }) }), {
    minLength: 2,
    selector: (one) => one.sequence,
  });
  fc.assert(
    fc.property(groups, (list) => {
      const all = list.map((one) => group(one.sequence, one.second));
      const sorted = newestFirst(all).map((one) => one.name);
      const shuffled = all.toReversed();
      expect(nameOf("current_asg_dynamic", shuffled)).toBe(sorted[0]);
      expect(nameOf("ancestor_asg_dynamic", shuffled)).toBe(sorted[1]);
      expect(nameOf("oldest_asg_dynamic", shuffled)).toBe(sorted.at(-1));
    }),
  );
});

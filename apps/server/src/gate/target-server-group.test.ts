import { expect, test } from "vitest";
import type { ServerGroup } from "../providers/port/api.ts";
import { targetOf } from "./target-server-group.ts";

const group = (name: string, createdAt: string, instances: number) =>
  ({ name, createdAt, instances: Array<object>(instances).fill({}) }) as Partial<ServerGroup> as ServerGroup;
const groups = [
  group("v001", "2026-01-01T00:00:00.000Z", 9),
  group("v003", "2026-01-03T00:00:00.000Z", 1),
  group("v002", "2026-01-02T00:00:00.000Z", 4),
];

test.each([
  ["current_asg_dynamic", "v003"],
  ["newest_asg_dynamic", "v003"],
  ["ancestor_asg_dynamic", "v002"],
  ["previous", "v002"],
  ["oldest_asg_dynamic", "v001"],
  ["largest", "v001"],
])("%s is %s", (target, name) => {
  expect(targetOf(target, groups).name).toBe(name);
});

test("a target that is none, or that nothing is, is not found", () => {
  expect(() => targetOf("constructor", groups)).toThrow('no target "constructor"');
  expect(() => targetOf("previous", groups.slice(0, 1))).toThrow("it has 1");
  expect(() => targetOf("newest", [])).toThrow("it has 0");
});

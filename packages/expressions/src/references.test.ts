import { expect, test } from "vitest";
import { referencesOf } from "./references.ts";

const names = (text: string) =>
  referencesOf(text).names.map(({ name, member }) => (member === null ? name : `${name}.${member}`));
const functions = (text: string) =>
  referencesOf(text).functions.map(({ name, argument }) => `${name}(${argument ?? ""})`);

test.each<[string, string[]]>([
  ["ami", ["ami"]],
  ["trigger.user + trigger?.['tag']", ["trigger.user", "trigger.tag"]],
  ["#root.ami.length() + #root['tag']", ["ami", "tag"]],
  ["execution.stages.?[name == 'Bake'][0].outputs[key]", ["execution.stages", "key"]],
  ["parameters.list.![value + #root.suffix]", ["parameters.list", "suffix"]],
  ["a ? b : c ?: -d", ["a", "b", "c", "d"]],
  ["{x: one, 'y': {two}}", ["one", "two"]],
  ["T(java.time.LocalDate).parse(day).plusDays(1)", ["day"]],
  ["new java.util.Date(at)", ["at"]],
  ["'a' matches pattern and size between {low, 3}", ["pattern", "size", "low"]],
  ["x = y++", ["x", "y"]],
])("%s reads %j", (text, expected) => {
  expect(names(text)).toEqual(expected);
});

test.each<[string, string[]]>([
  [`#stage("Bake").outputs.ami`, ["stage(Bake)"]],
  ["#toJson(#stage('Deploy')['context'])", ["toJson()", "stage(Deploy)"]],
  ["#deployedServerGroups()[0].region", ["deployedServerGroups()"]],
  ["list.?[#judgment(name) == 'yes']", ["judgment()"]],
])("%s calls %j", (text, expected) => {
  expect(functions(text)).toEqual(expected);
});

test("what cannot be parsed throws", () => expect(() => referencesOf("a +")).toThrow(/Expected|no/));

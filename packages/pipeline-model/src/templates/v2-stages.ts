import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { toFlag, toText } from "../coerce.ts";
import type { GraphNode, Inject } from "./stage-graph.ts";
import { injectStages, requisitesOf, sortStages } from "./stage-graph.ts";

type StageNode = GraphNode & { body: JsonObject };

/**
 * The stages of a plan: the template's, some replaced by the instance's of the same refId, then the instance's that
 * name requisites, sorted; then the template's and the instance's injected ones. Any other stage of an instance is
 * left out, as in Orca.
 */
export function planStages(template: Json | undefined, instance: Json | undefined): JsonObject[] {
  const own = read(instance, "/instance/stages").map((node) => ({
    ...node,
    hashed: node.body["requisiteStageRefIds"] !== undefined,
  }));
  const ownById = new Map(own.map((node) => [node.id, node]));
  const stages = read(template, "/template/pipeline/stages").map((node) => hashed(ownById.get(node.id) ?? node));
  const replaced = new Set(stages.map((node) => node.id));
  const added = own.filter((node) => node.requisites.size > 0 && !replaced.has(node.id)).map(hashed);
  const sorted = sortStages([...stages, ...added]);
  const withTemplates = injectStages(sorted, sorted.map(copy));
  return injectStages(withTemplates, own).map((node) => ({
    notifications: [],
    ...node.body,
    ...(isJsonObject(node.body["inject"]) ? { inject: { first: false, last: false, ...node.body["inject"] } } : {}),
    refId: node.id,
    requisiteStageRefIds: requisitesOf(node),
  }));
}

function hashed(node: StageNode): StageNode {
  return { ...copy(node), hashed: true };
}

function copy(node: StageNode): StageNode {
  return { ...node, requisites: new Set(node.requisites) };
}

function read(list: Json | undefined, at: string): StageNode[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isJsonObject).map((stage, index) => ({
    id: String(stage["refId"]),
    requisites: new Set(texts(stage["requisiteStageRefIds"])),
    hashed: true,
    inject: readInject(stage["inject"]),
    pointer: `${at}/${index}`,
    body: withoutAbsent(stage),
  }));
}

/** Null when there is no rule. */
export function readInject(value: Json | undefined): Inject | null {
  if (!isJsonObject(value)) return null;
  const listed = (key: string): string[] | null => (Array.isArray(value[key]) ? texts(value[key]) : null);
  const rule = {
    first: toFlag(value["first"]) === true,
    last: toFlag(value["last"]) === true,
    before: listed("before"),
    after: listed("after"),
  };
  return rule.first || rule.last || rule.before !== null || rule.after !== null ? rule : null;
}

export function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map((item) => String(toText(item))) : [];
}

/** The fields that planning reads are absent where they are null; others are kept as they are. */
function withoutAbsent(stage: JsonObject): JsonObject {
  const read = ["name", "type", "comments", "inject", "notifications", "requisiteStageRefIds"];
  return Object.fromEntries(Object.entries(stage).filter(([key, value]) => value !== null || !read.includes(key)));
}

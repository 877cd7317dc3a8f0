import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { TemplateFault } from "../../fault.ts";
import type { Environment } from "./environment.ts";
import { charge, problem, scopeOf } from "./environment.ts";
import { print, truth } from "./operators.ts";
import type { Node, Source } from "./parse.ts";
import { parseTemplate } from "./parse.ts";

/** Renders a template text, trimmed. Something that has no value is a fault, unless a nullable variable stands there. */
export function renderText(template: string, environment: Environment): string {
  charge(environment, template.length >> 4);
  const parsed = parseTemplate(template);
  if ("fault" in parsed) throw problem(environment, parsed.fault);
  return run(parsed.nodes, { ...environment }).trim();
}

function run(nodes: readonly Node[], env: Environment): string {
  let text = "";
  for (const node of nodes) {
    charge(env);
    const part = runNode(node, env);
    charge(env, part.length >> 6);
    text += part;
  }
  return text;
}

function runNode(node: Node, env: Environment): string {
  if (node.kind === "text") return node.text;
  if (node.kind === "output") {
    const value = resolve(node.value, env);
    if (holdsMap(value))
      throw problem(env, `prints {{ ${node.value.text} }}, which is an object; write {{ ${node.value.text} | json }}`);
    return print(value);
  }
  if (node.kind === "set") {
    env.scope = scopeOf(env.scope, { [node.name]: resolve(node.value, env) });
    return "";
  }
  if (node.kind === "if") {
    const branch = node.branches.find(({ condition }) => condition === null || truth(resolve(condition, env)));
    return branch === undefined ? "" : run(branch.body, env);
  }
  return node.kind === "for" ? runLoop(node, env) : runModule(node, env);
}

function holdsMap(value: Json): boolean {
  return Array.isArray(value) ? value.some(holdsMap) : isJsonObject(value);
}

function runLoop(node: Extract<Node, { kind: "for" }>, env: Environment): string {
  const value = resolve(node.list, env);
  const list = Array.isArray(value)
    ? value
    : isJsonObject(value)
      ? Object.values(value)
      : value === null
        ? []
        : [value];
  if (list.length === 0) return run(node.otherwise, env);
  const outer = env.scope;
  let text = "";
  for (const [index, item] of list.entries()) {
    const loop = {
      index: index + 1,
      index0: index,
      first: index === 0,
      last: index === list.length - 1,
      length: list.length,
    };
    const names =
      node.names.length === 1
        ? { [node.names[0] ?? ""]: item }
        : Object.fromEntries(node.names.map((name, at) => [name, part(item, name, at)]));
    env.scope = scopeOf(outer, names, { loop });
    text += run(node.body, env);
  }
  env.scope = outer;
  return text;
}

function part(item: Json, name: string, at: number): Json {
  if (Array.isArray(item)) return item[at] ?? null;
  return isJsonObject(item) ? (item[name] ?? null) : null;
}

/** A module's variable: by its own name where the tag stands, else the tag's parameter as an expression, else as a text. */
function runModule(node: Extract<Node, { kind: "module" }>, env: Environment): string {
  const resolveName = (name: string): Json => {
    const parameter = node.parameters.find((one) => one.name === name);
    return env.scope[name] ?? (parameter === undefined ? null : (attempt(parameter.value, env) ?? parameter.text));
  };
  const value = env.host.module(node.id, resolveName, env);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function attempt(value: Source | null, env: Environment): Json {
  try {
    return value?.evaluate(env) ?? null;
  } catch (error) {
    if (error instanceof TemplateFault) return null;
    throw error;
  }
}

function resolve(value: Source, env: Environment): Json {
  const result = value.evaluate(env);
  if (result !== null || env.tolerant) return result;
  // Orca looks for the name of a nullable variable at the beginning of what has no value.
  const head = /^[\s\w:+]*/.exec(value.text)?.[0] ?? "";
  const nullable = Object.entries(env.scope).some(([name, known]) => known === null && head.includes(name));
  if (!nullable)
    throw problem(env, `uses {{ ${value.text} }}, which has no value; give the variable one, or write a default`);
  env.tolerant = true;
  return null;
}

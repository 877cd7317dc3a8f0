import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { closest } from "../../closest.ts";
import { describe } from "../../words.ts";
import { fault } from "../fault.ts";
import { leavesOf, requisitesOf, sortStages } from "../stage-graph.ts";
import type { Scope } from "./jinja/environment.ts";
import { scopeOf } from "./jinja/environment.ts";
import type { Renderer } from "./renderer.ts";
import type { StageNode } from "./stages.ts";
import { partialOf } from "./stages.ts";

/** Stages to be used several times, under `partial.ID`. */
export type Partial = { id: string; name: string; stages: readonly StageNode[] };

export type Expansion = { renderer: Renderer; scope: Scope; partials: ReadonlyMap<string, Partial> };

/**
 * The stages of a list with loops and partials put in their places and every text rendered. Whoever waited for a loop
 * or a partial waits for its last stages; its first stages wait for what it waited for.
 */
export function expandStages(stages: readonly StageNode[], expansion: Expansion): StageNode[] {
  const looped = replaceEach(stages, (stage) => (stage.loopWith === null ? null : loop(stage, expansion)));
  return expandPartials(
    looped.map((stage) => renderStage(stage, expansion)),
    expansion,
  );
}

/** Rendered stages with the partials among them put in their places. */
export function expandPartials(stages: readonly StageNode[], expansion: Expansion): StageNode[] {
  return replaceEach(stages, (stage) => {
    const partial = partialOf(stage);
    return partial === null ? null : usePartial(stage, partial, expansion);
  });
}

function replaceEach(stages: readonly StageNode[], expand: (stage: StageNode) => StageNode[] | null): StageNode[] {
  const kept: StageNode[] = [];
  const made: StageNode[] = [];
  const leaves = new Map<string, string[]>();
  for (const stage of stages) {
    const inner = expand(stage);
    if (inner === null) {
      kept.push(stage);
      continue;
    }
    sortStages(inner);
    leaves.set(stage.id, leavesOf(inner));
    for (const one of inner)
      if (one.requisites.size === 0)
        Object.assign(one, { requisites: new Set(stage.requisites), hashed: stage.hashed });
    made.push(...inner);
  }
  const all = [...kept, ...made];
  for (const stage of all) {
    for (const [id, last] of leaves)
      if (stage.requisites.delete(id)) for (const leaf of last) stage.requisites.add(leaf);
  }
  return all;
}

/** One stage for each value; an id without a template gets the position at its end. */
function loop(stage: StageNode, { renderer, scope }: Expansion): StageNode[] {
  const at = `${stage.pointer}/loopWith`;
  const values = renderer.render(stage.loopWith, scope, at);
  if (!Array.isArray(values)) throw fault(at, `must give a list, but gives ${describe(values)}`);
  return values.map((value, index) => {
    const templated = stage.id.includes("{{") && stage.id.includes("}}");
    const id = templated
      ? renderer.render(stage.id, scopeOf(scope, { templateLoop: { value } }), `${stage.pointer}/id`)
      : stage.id + index;
    return {
      ...stage,
      requisites: new Set(requisitesOf(stage)),
      hashed: false,
      id: String(id),
      loopWith: null,
      loop: { value },
    };
  });
}

/** A stage with the templates in its configuration, name and conditions rendered. */
export function renderStage(stage: StageNode, { renderer, scope: outer }: Expansion): StageNode {
  const scope = stage.loop === null ? outer : scopeOf(outer, { templateLoop: stage.loop });
  const text = (value: string | null, key: string): string | null => {
    const rendered = value === null ? null : renderer.render(value, scope, `${stage.pointer}/${key}`);
    return rendered === null ? null : typeof rendered === "string" ? rendered : JSON.stringify(rendered);
  };
  const config = renderer.render(stage.config, scope, `${stage.pointer}/config`);
  if (!isJsonObject(config))
    throw fault(`${stage.pointer}/config`, `must give an object, but gives ${describe(config)}`);
  const when = stage.when.map((condition, index) => text(String(condition), `when/${index}`));
  return { ...stage, config, name: text(stage.name, "name"), when };
}

function usePartial(stage: StageNode, id: string, expansion: Expansion): StageNode[] {
  const partial = expansion.partials.get(id);
  if (partial === undefined) {
    const near = closest(id, expansion.partials.keys());
    throw fault(
      `${stage.pointer}/type`,
      `names the partial "${id}", which does not exist${near === null ? "" : `; did you mean "${near}"?`}`,
    );
  }
  const nested = partial.stages.find((inner) => partialOf(inner) !== null);
  if (nested !== undefined) throw fault(`${nested.pointer}/type`, "is a partial in a partial, which is not supported");
  const inLoop = stage.loop === null ? {} : { templateLoop: stage.loop };
  const scope = scopeOf(expansion.scope, inLoop, stage.config as JsonObject);
  return partial.stages.map((inner) => {
    const own = renderStage(inner, { ...expansion, scope });
    return {
      ...own,
      id: `${stage.id}.${inner.id}`,
      name: own.name ?? `${stage.id}.${inner.id}`,
      requisites: new Set([...inner.requisites].map((requisite) => `${stage.id}.${requisite}`)),
      hashed: true,
      group: `${partial.name}: ${stage.name ?? stage.id}`,
      when: own.when,
    };
  });
}

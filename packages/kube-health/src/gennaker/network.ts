import { asList, asText, at, integerAt, isObject, objectsOf, textAt } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { readyEndpoints, slicesOf } from "./endpoints.ts";
import { ofKind, reference } from "./related.ts";
import { verdictOf } from "./types.ts";
import type { Sign, Surroundings, Verdict } from "./types.ts";

const hasAddress = (manifest: unknown): boolean => asList(at(manifest, "status", "loadBalancer", "ingress")).length > 0;

/** A Service serves when something behind it is ready; that can be told only where its EndpointSlices are known. */
export function service(manifest: unknown, around: Surroundings): Verdict {
  const object = reference(manifest);
  if (textAt(manifest, "spec", "type") === "ExternalName")
    return verdictOf("stable", `The Service is an alias of ${textAt(manifest, "spec", "externalName")}`);
  if (textAt(manifest, "spec", "type") === "LoadBalancer" && !hasAddress(manifest)) {
    const message = "The load balancer has no address yet";
    return verdictOf("progressing", message, [{ code: "service.noAddress", message, object, fatal: false }]);
  }
  const known = ofKind(around.related, "EndpointSlice").length > 0;
  if (!known || !isObject(at(manifest, "spec", "selector"))) return verdictOf("stable", "The Service exists");
  const ready = readyEndpoints(slicesOf(object.name, around.related)).length;
  if (ready > 0) return verdictOf("stable", `The Service has ${ready} ready endpoints`);
  const message = "The Service has no ready endpoint";
  return verdictOf("progressing", message, [{ code: "service.noEndpoints", message, object, fatal: false }]);
}

/** Many controllers never write an address, so an Ingress without one is stable, with a sign. */
export function ingress(manifest: unknown): Verdict {
  if (hasAddress(manifest)) return verdictOf("stable", "The Ingress has an address");
  const message = "The Ingress has no address; not every controller states one";
  return verdictOf("stable", message, [
    { code: "ingress.noAddress", message, object: reference(manifest), fatal: false },
  ]);
}

type Found = { readonly state: "progressing" | "failed"; readonly sign: Sign };

/** The conditions that one parent or listener must have, for the generation that is in force. */
function gatewayProblem(manifest: unknown, conditions: readonly JsonObject[], where: string): Found | undefined {
  const generation = integerAt(manifest, "metadata", "generation");
  const object = reference(manifest);
  const found = (state: Found["state"], code: string, words: string): Found => ({
    state,
    sign: { code, message: `${where}: ${words}`, object, fatal: state === "failed" },
  });
  const stale = conditions.some((one) => {
    const observed = integerAt(one, "observedGeneration");
    return generation !== undefined && observed !== undefined && observed < generation;
  });
  if (stale) return found("progressing", "route.notObserved", `generation ${generation} was not observed yet`);
  for (const [type, code] of [
    ["Accepted", "route.notAccepted"],
    ["ResolvedRefs", "route.unresolved"],
    ["Programmed", "route.notProgrammed"],
  ] as const) {
    const condition = conditions.find((one) => one["type"] === type);
    if (condition === undefined || condition["status"] === "True") continue;
    const reason = asText(condition["reason"]);
    const message = asText(condition["message"]);
    const words = `not ${type} (${reason || asText(condition["status"])})${message === "" ? "" : `: ${message}`}`;
    const waits = condition["status"] !== "False" || reason === "Pending" || type === "Programmed";
    return found(waits ? "progressing" : "failed", code, words);
  }
  if (!conditions.some((one) => one["type"] === "Accepted"))
    return found("progressing", "route.notAccepted", "not accepted yet");
  return undefined;
}

const sameParent = (stated: unknown, wanted: JsonObject): boolean =>
  ["name", "namespace", "sectionName", "port"].every(
    (field) =>
      at(wanted, field) === undefined || at(stated, field) === undefined || at(stated, field) === wanted[field],
  );

/** A route serves when every parent it names has accepted this generation of it, with all references resolved. */
export function route(manifest: unknown): Verdict {
  const parents = objectsOf(at(manifest, "status", "parents"));
  const problems: Found[] = [];
  for (const wanted of objectsOf(at(manifest, "spec", "parentRefs"))) {
    const name = asText(wanted["name"]);
    const stated = parents.filter((one) => sameParent(one["parentRef"], wanted));
    if (stated.length === 0) {
      const message = `parent "${name}" has not answered yet`;
      problems.push({
        state: "progressing",
        sign: { code: "route.notAccepted", message, object: reference(manifest), fatal: false },
      });
    }
    for (const one of stated) {
      const problem = gatewayProblem(manifest, objectsOf(one["conditions"]), `parent "${name}"`);
      if (problem !== undefined) problems.push(problem);
    }
  }
  return fromProblems(problems, "All parents have accepted this generation of the route");
}

export function gateway(manifest: unknown): Verdict {
  const own = gatewayProblem(manifest, objectsOf(at(manifest, "status", "conditions")), "Gateway");
  const listeners = objectsOf(at(manifest, "status", "listeners")).map((one) =>
    gatewayProblem(manifest, objectsOf(one["conditions"]), `listener "${asText(one["name"])}"`),
  );
  const problems = [own, ...listeners].filter((one): one is Found => one !== undefined);
  return fromProblems(problems, "The Gateway is accepted and programmed");
}

function fromProblems(problems: readonly Found[], stable: string): Verdict {
  const worst = problems.find(({ state }) => state === "failed") ?? problems[0];
  const signs = problems.map(({ sign }) => sign);
  return worst === undefined ? verdictOf("stable", stable) : verdictOf(worst.state, worst.sign.message, signs);
}

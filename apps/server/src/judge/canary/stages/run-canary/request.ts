import type { Problem } from "@gennaker/contract/errors.ts";
import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import { createFieldReader, type FieldReader } from "@gennaker/pipeline-model/canary/fields.ts";
import type { CanaryScope, Thresholds } from "@gennaker/pipeline-model/canary/settings.ts";
import type { PlannedRun, Window } from "@gennaker/pipeline-model/canary/windows.ts";

/** One scope of a request: who is compared, and over which time on each side. */
type RequestedScope = { scope: CanaryScope; run: PlannedRun };

/** Kayenta's request for one judgement over times that are given. */
export type CanaryRequest = { scopes: RequestedScope[]; thresholds: Thresholds };

type Side = { scope: string; location: string; window: Window; stepMs: number; extended: Record<string, string> };

/**
 * Reads Kayenta's execution request: `scopes`, by name, each with `controlScope` and `experimentScope`
 * (`{scope, location, start, end, step, extendedScopeParams}`, the step in seconds), and `thresholds` (or
 * `scoreThresholds`, as in Orca's stage) `{pass, marginal}`, 75 and 50 where they are absent.
 */
export function readCanaryRequest(request: JsonObject): { request: CanaryRequest; problems: Problem[] } {
  const reader = createFieldReader();
  const given = reader.object(request, "scopes", "");
  if (given === null || Object.keys(given).length === 0)
    reader.problem("/scopes", "is missing; name the scopes, e.g. default, each with controlScope and experimentScope");
  const scopes = Object.entries(given ?? {}).flatMap(([name, value]) => {
    const pointer = `/scopes/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (isJsonObject(value)) return [readScope(name, value, pointer, reader)];
    reader.problem(pointer, "must be an object with controlScope and experimentScope");
    return [];
  });
  const field = isJsonObject(request["thresholds"]) ? "thresholds" : "scoreThresholds";
  const thresholds = reader.object(request, field, "");
  const threshold = (name: "pass" | "marginal", otherwise: number) =>
    thresholds === null ? otherwise : reader.number(thresholds, name, `/${field}`, { min: 0, max: 100 });
  return {
    request: { scopes, thresholds: { pass: threshold("pass", 75), marginal: threshold("marginal", 50) } },
    problems: reader.problems,
  };
}

function readScope(name: string, pair: JsonObject, pointer: string, reader: FieldReader): RequestedScope {
  const control = readSide(pair, "controlScope", pointer, reader);
  const experiment = readSide(pair, "experimentScope", pointer, reader);
  if (control.stepMs !== experiment.stepMs)
    reader.problem(`${pointer}/experimentScope/step`, "must be that of the controlScope, so that values can be paired");
  return {
    scope: {
      scopeName: name,
      controlScope: control.scope,
      controlLocation: control.location,
      experimentScope: experiment.scope,
      experimentLocation: experiment.location,
      start: experiment.window.start,
      end: experiment.window.end,
      stepMs: control.stepMs,
      extended: { ...control.extended, ...experiment.extended },
    },
    run: { index: 1, due: 0, control: control.window, experiment: experiment.window },
  };
}

function readSide(pair: JsonObject, field: string, pointer: string, reader: FieldReader): Side {
  const at = `${pointer}/${field}`;
  const side = reader.object(pair, field, pointer);
  if (side === null && !isJsonObject(pair[field])) reader.problem(at, "is missing; give scope, start and end");
  const fields = side ?? {};
  const required = <T>(name: string, value: T | null, otherwise: T): T => {
    if (value === null && side !== null && !reader.problems.some((problem) => problem.pointer === `${at}/${name}`))
      reader.problem(`${at}/${name}`, "is missing");
    return value ?? otherwise;
  };
  const window = {
    start: required("start", reader.instant(fields, "start", at), 0),
    end: required("end", reader.instant(fields, "end", at), 0),
  };
  if (window.start > 0 && window.end > 0 && window.end <= window.start)
    reader.problem(`${at}/end`, "must be later than start");
  const extended = reader.object(fields, "extendedScopeParams", at) ?? {};
  return {
    scope: required("scope", reader.text(fields, "scope", at), ""),
    location: reader.text(fields, "location", at) ?? "",
    window,
    stepMs: (reader.number(fields, "step", at, { min: 0.001 }) ?? 60) * 1000,
    extended: Object.fromEntries(
      Object.entries(extended).flatMap(([key, value]) =>
        value === null ? [] : [[key, typeof value === "string" ? value : JSON.stringify(value)]],
      ),
    ),
  };
}

import type { Problem } from "@gennaker/contract/errors.ts";
import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import { readDeployments, type Deployments } from "./deployments.ts";
import { createFieldReader, isExpression, type FieldReader } from "./fields.ts";

export type CanaryScope = {
  scopeName: string;
  controlScope: string;
  controlLocation: string;
  experimentScope: string;
  experimentLocation: string;
  start: number | null;
  end: number | null;
  stepMs: number;
  extended: Record<string, string>;
};

/** A threshold that the stage sends as null is not checked, and 0 for the judge. */
export type Thresholds = { pass: number | null; marginal: number | null };

/** A `kayentaCanary` stage, read. Times in milliseconds. */
export type CanarySettings = {
  analysisType: "realTime" | "realTimeAutomatic" | "retrospective";
  /** `kayenta`: judge as Kayenta does even where hardly any metric has data. */
  analysisMode: "gennaker" | "kayenta";
  configId: string | null;
  configName: string | null;
  config: JsonObject | null;
  metricsAccountName: string;
  scopes: CanaryScope[];
  thresholds: Thresholds;
  lifetimeMs: number | null;
  intervalMs: number | null;
  warmupMs: number;
  lookbackMs: number;
  baselineOffsetMs: number;
  deployments: Deployments | null;
};

const minute = 60_000;
const types = ["realTime", "realTimeAutomatic", "retrospective"] as const;

/** Reads and checks a stage. Pointers are relative to it; unknown fields are left alone. */
export function readCanaryStage(stage: JsonObject): { settings: CanarySettings; problems: Problem[] } {
  const reader = createFieldReader();
  const at = "/canaryConfig";
  const canary = reader.object(stage, "canaryConfig", "");
  if (canary === null && !isExpression(stage["canaryConfig"]) && reader.problems.length === 0) {
    reader.problem(at, "is missing; give the canary's config, scopes and times");
  }
  const fields = canary ?? {};
  const deployments = readDeployments(stage, reader);
  const settings: CanarySettings = {
    analysisType: word(reader, stage, "analysisType", "", types, "realTime"),
    analysisMode: word(
      reader,
      fields,
      "analysisMode",
      at,
      ["gennaker", "kayenta"],
      word(reader, stage, "analysisMode", "", ["gennaker", "kayenta"], "gennaker"),
    ),
    configId: reader.text(fields, "canaryConfigId", at),
    configName: reader.text(fields, "canaryConfigName", at),
    config: reader.object(fields, "config", at),
    metricsAccountName: reader.text(fields, "metricsAccountName", at) ?? "builtin",
    scopes: readScopes(fields, at, reader, canary === null || deployments !== null),
    thresholds: readThresholds(fields, at, reader),
    lifetimeMs:
      reader.duration(fields, "lifetimeDuration", at) ?? hours(reader.number(fields, "lifetimeHours", at, { min: 0 })),
    intervalMs:
      reader.duration(fields, "canaryAnalysisInterval", at) ??
      minutes(reader, fields, "canaryAnalysisIntervalMins", at),
    warmupMs:
      reader.duration(fields, "beginCanaryAnalysisAfter", at) ??
      minutes(reader, fields, "beginCanaryAnalysisAfterMins", at) ??
      0,
    lookbackMs: reader.duration(fields, "lookback", at) ?? minutes(reader, fields, "lookbackMins", at) ?? 0,
    baselineOffsetMs:
      reader.duration(fields, "baselineAnalysisOffset", at) ??
      minutes(reader, fields, "baselineAnalysisOffsetInMins", at) ??
      0,
    deployments,
  };
  if (canary !== null && reader.problems.length === 0) checkTogether(settings, canary, reader);
  return { settings, problems: reader.problems };
}

/** What must be said somewhere, in one field or another. */
function checkTogether(settings: CanarySettings, canary: JsonObject, reader: FieldReader): void {
  const open = (...names: string[]) => names.some((name) => isExpression(canary[name]));
  if (
    settings.configId === null &&
    settings.configName === null &&
    settings.config === null &&
    !open("canaryConfigId", "canaryConfigName", "config")
  ) {
    reader.problem(
      "/canaryConfig/canaryConfigId",
      "is missing; name a canary config by canaryConfigId or canaryConfigName, or give one inline as config",
    );
  }
  if (open("scopes")) return;
  const first = settings.scopes[0];
  const rawFirst = Array.isArray(canary["scopes"]) && isJsonObject(canary["scopes"][0]) ? canary["scopes"][0] : {};
  const endGiven = (first?.end ?? null) !== null || isExpression(rawFirst["endTimeIso"]);
  if (settings.lifetimeMs === null && !endGiven && !open("lifetimeDuration", "lifetimeHours")) {
    reader.problem(
      "/canaryConfig/lifetimeDuration",
      "is missing; say how long the analysis runs, e.g. PT1H, or give the first scope an endTimeIso",
    );
  }
  if (settings.lifetimeMs === 0) reader.problem("/canaryConfig/lifetimeDuration", "must be longer than zero");
  if (settings.analysisType === "retrospective" && !endGiven) {
    reader.problem(
      "/canaryConfig/scopes/0/endTimeIso",
      "is missing; a retrospective analysis needs startTimeIso and endTimeIso",
    );
  }
  if (first !== undefined && first.start !== null && first.end !== null && first.end <= first.start) {
    reader.problem("/canaryConfig/scopes/0/endTimeIso", "must be later than startTimeIso");
  }
}

function readScopes(fields: JsonObject, at: string, reader: FieldReader, deployed: boolean): CanaryScope[] {
  const list = reader.list(fields, "scopes", at);
  if (list === null || list.length === 0) {
    if (deployed) return [readScope({}, "", reader, true)];
    if (!isExpression(fields["scopes"])) reader.problem(`${at}/scopes`, "must hold at least one scope");
    return [];
  }
  return list.flatMap((scope, index) => {
    const pointer = `${at}/scopes/${index}`;
    if (isJsonObject(scope)) return [readScope(scope, pointer, reader, deployed)];
    if (!isExpression(scope)) reader.problem(pointer, "must be an object");
    return [];
  });
}

function readScope(scope: JsonObject, pointer: string, reader: FieldReader, deployed: boolean): CanaryScope {
  const server = (field: "controlScope" | "experimentScope"): string => {
    const name = reader.text(scope, field, pointer);
    if (name === null && !deployed && !isExpression(scope[field]))
      reader.problem(`${pointer}/${field}`, "is missing; name the server group");
    return name ?? "";
  };
  const extended = reader.object(scope, "extendedScopeParams", pointer) ?? {};
  return {
    scopeName: reader.text(scope, "scopeName", pointer) ?? "default",
    controlScope: server("controlScope"),
    controlLocation: reader.text(scope, "controlLocation", pointer) ?? "",
    experimentScope: server("experimentScope"),
    experimentLocation: reader.text(scope, "experimentLocation", pointer) ?? "",
    start: reader.instant(scope, "startTimeIso", pointer),
    end: reader.instant(scope, "endTimeIso", pointer),
    stepMs: (reader.number(scope, "step", pointer, { min: 0.001 }) ?? 60) * 1000,
    extended: Object.fromEntries(
      Object.entries(extended).flatMap(([name, value]) =>
        value === null ? [] : [[name, typeof value === "string" ? value : JSON.stringify(value)]],
      ),
    ),
  };
}

/** Absent as a whole: 75 and 50. */
function readThresholds(fields: JsonObject, at: string, reader: FieldReader): Thresholds {
  const given = reader.object(fields, "scoreThresholds", at);
  if (given === null) return { pass: 75, marginal: 50 };
  const pointer = `${at}/scoreThresholds`;
  return {
    pass: reader.number(given, "pass", pointer, { min: 0, max: 100 }),
    marginal: reader.number(given, "marginal", pointer, { min: 0, max: 100 }),
  };
}

function minutes(reader: FieldReader, fields: JsonObject, field: string, at: string): number | null {
  const count = reader.number(fields, field, at, { min: 0 });
  return count === null ? null : count * minute;
}

function hours(count: number | null): number | null {
  return count === null ? null : count * 60 * minute;
}

function word<T extends string>(
  reader: FieldReader,
  parent: JsonObject,
  field: string,
  pointer: string,
  known: readonly T[],
  otherwise: T,
): T {
  const text = reader.text(parent, field, pointer);
  if (text === null) return otherwise;
  const found = known.find((one) => one === text);
  if (found === undefined) reader.problem(`${pointer}/${field}`, `must be one of ${known.join(", ")}`);
  return found ?? otherwise;
}

import { Buffer } from "node:buffer";
import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { closest } from "../../../closest.ts";
import type { Environment } from "./environment.ts";
import { charge, problem } from "./environment.ts";
import { contains, number, print, truth } from "./operators.ts";

type Filter = (value: Json, args: readonly Json[], environment: Environment) => Json;

const items = (value: Json): Json[] =>
  Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : Array.from(print(value));
const text =
  (change: (value: string, args: readonly Json[]) => Json): Filter =>
  (value, args) =>
    value === null ? null : change(print(value), args);
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
const escapeHtml = (value: string): string =>
  value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

const fallback: Filter = (value, [other, alsoEmpty]) =>
  value === null || (truth(alsoEmpty ?? null) && !truth(value)) ? (other ?? null) : value;
const size: Filter = (value) =>
  value === null ? 0 : isJsonObject(value) ? Object.keys(value).length : items(value).length;
const json: Filter = (value) => JSON.stringify(value);

const extreme =
  (choose: (...values: number[]) => number): Filter =>
  (value, _args, environment) => {
    if (!Array.isArray(value) || value.length === 0)
      throw problem(environment, "takes the largest or smallest of something that is no list of numbers");
    return choose(...value.map((item) => number(item, environment)));
  };

const filters: Readonly<Record<string, Filter>> = {
  default: fallback,
  d: fallback,
  json,
  tojson: json,
  base64: (value, _args, environment) =>
    value === null ? null : Buffer.from(print(environment.host.deep(value, environment)), "utf8").toString("base64"),
  frigga: (value, [part], environment) => friggaPart(print(value), print(part ?? null), environment),
  max: extreme(Math.max),
  min: extreme(Math.min),
  abs: (value, _args, environment) => Math.abs(number(value, environment)),
  capitalize: text(capital),
  count: size,
  e: text(escapeHtml),
  escape: text(escapeHtml),
  first: (value) => items(value)[0] ?? null,
  float: (value) => (Number.isNaN(Number(value)) ? 0 : Number(value)),
  int: (value) => (Number.isNaN(Number(value)) ? 0 : Math.trunc(Number(value))),
  join: (value, [separator]) =>
    items(value)
      .map(print)
      .join(print(separator ?? "")),
  last: (value) => items(value).at(-1) ?? null,
  length: size,
  list: (value) => items(value),
  lower: text((value) => value.toLowerCase()),
  replace: text((value, [from, to]) => value.replaceAll(print(from ?? null), print(to ?? null))),
  reverse: (value) => (typeof value === "string" ? Array.from(value).toReversed().join("") : items(value).toReversed()),
  round: (value, [digits], environment) => roundTo(number(value, environment), Number(digits ?? 0)),
  sort: (value) =>
    items(value).toSorted((a, b) =>
      typeof a === "number" && typeof b === "number" ? a - b : print(a) < print(b) ? -1 : 1,
    ),
  split: text((value, [separator]) =>
    value.split(separator === undefined ? /\s+/ : print(separator)).map((part) => part.trim()),
  ),
  string: text((value) => value),
  sum: (value, _args, environment) => items(value).reduce((sum: number, item) => sum + number(item, environment), 0),
  title: text((value) =>
    value
      .split(/(?<=\s)/)
      .map(capital)
      .join(""),
  ),
  trim: text((value) => value.trim()),
  unique: (value) => items(value).filter((item, index, all) => !contains(all.slice(0, index), item)),
  upper: text((value) => value.toUpperCase()),
  urlencode: text((value) => encodeURIComponent(value)),
  map: (value, [name, ...args], environment) =>
    items(value).map((item) => applyFilter(print(name ?? null), item, args, environment)),
};

export function applyFilter(name: string, value: Json, args: readonly Json[], environment: Environment): Json {
  charge(environment);
  const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (filter !== undefined) return filter(value, args, environment);
  const near = closest(name, Object.keys(filters));
  throw problem(
    environment,
    `uses the filter "${name}", which is not supported${near === null ? "" : `; did you mean "${near}"?`}`,
  );
}

function roundTo(value: number, digits: number): number {
  const unit = 10 ** digits;
  return Math.round(value * unit) / unit;
}

/** A part of a server group's name `app-stack-detail-v001`. */
function friggaPart(name: string, part: string, environment: Environment): Json {
  const [, cluster = name, sequence] = /^(.*?)(?:-v(\d{3,}))?$/.exec(name) ?? [];
  const [app = "", stack = "", ...detail] = cluster.split("-");
  const parts: Readonly<Record<string, Json>> = {
    app,
    stack,
    cluster,
    detail: detail.join("-"),
    group: name,
    sequence: sequence === undefined ? null : Number(sequence),
    push: sequence === undefined ? null : `v${sequence}`,
  };
  if (Object.hasOwn(parts, part)) return parts[part] ?? null;
  throw problem(environment, `asks frigga for "${part}"; it knows ${Object.keys(parts).join(", ")}`);
}

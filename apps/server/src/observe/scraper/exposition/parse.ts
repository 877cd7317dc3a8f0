import type { Labels } from "../../samples/api.ts";
import {
  Fault,
  found,
  readLabels,
  readNumber,
  readQuoted,
  readToken,
  readWord,
  skipBlanks,
  unescape,
  type Cursor,
} from "./cursor.ts";
import { familyTypes, roleOf, type Role } from "./kinds.ts";
import {
  defaultLimits,
  ExpositionError,
  type Exemplar,
  type ExposedSample,
  type Exposition,
  type ExpositionFormat,
  type ExpositionLimits,
  type Family,
} from "./types.ts";

/** The format that a response's Content-Type names; everything that is not OpenMetrics is read as Prometheus text. */
export function formatOf(contentType: string | null): ExpositionFormat {
  return contentType !== null && /^\s*application\/openmetrics-text\b/i.test(contentType) ? "openmetrics" : "text";
}

type State = {
  format: ExpositionFormat;
  limits: ExpositionLimits;
  families: Map<string, Family>;
  declared: Set<string>;
  roles: Map<string, Role>;
  samples: ExposedSample[];
};

/**
 * Reads a whole exposition (Prometheus text format 0.0.4, or OpenMetrics 1.0). All or nothing: a malformed line, a limit,
 * or in OpenMetrics a missing `# EOF` (a cut-off answer) throws an ExpositionError with the line's number.
 * OpenMetrics' `_created` samples are checked but not returned: they are start times, not readings.
 */
export function parseExposition(
  text: string,
  format: ExpositionFormat = "text",
  limits: ExpositionLimits = defaultLimits,
): Exposition {
  if (text.length > limits.characters) {
    throw new ExpositionError(
      1,
      `the exposition has ${text.length} characters; at most ${limits.characters} are allowed`,
    );
  }
  const state: State = { format, limits, families: new Map(), declared: new Set(), roles: new Map(), samples: [] };
  let line = 0;
  let ended = false;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    let end = newline === -1 ? text.length : newline;
    line += 1;
    try {
      if (ended) throw new Fault("there is more after # EOF");
      if (end - start > limits.lineCharacters)
        throw new Fault(`the line has more than ${limits.lineCharacters} characters`);
      const next = end + 1;
      if (end > start && text.charCodeAt(end - 1) === 13) end -= 1;
      ended = readLine({ text, at: start, end }, state);
      start = next;
    } catch (error) {
      if (error instanceof Fault) throw new ExpositionError(line, error.message);
      throw error;
    }
  }
  if (format === "openmetrics" && !ended)
    throw new ExpositionError(line + 1, "# EOF is missing; the answer was cut off");
  return { samples: state.samples, families: state.families };
}

/** Reads one line; true when it is OpenMetrics' end marker. */
function readLine(cursor: Cursor, state: State): boolean {
  skipBlanks(cursor);
  if (cursor.at >= cursor.end) {
    if (state.format === "openmetrics") throw new Fault("an empty line is not allowed in OpenMetrics");
    return false;
  }
  if (cursor.text.charCodeAt(cursor.at) === 35) return readComment(cursor, state);
  const sample = readSample(cursor, state);
  if (sample !== null) {
    if (state.samples.length >= state.limits.samples)
      throw new Fault(`there are more than ${state.limits.samples} samples`);
    state.samples.push(sample);
  }
  return false;
}

function readComment(cursor: Cursor, state: State): boolean {
  cursor.at += 1;
  skipBlanks(cursor);
  const keyword = readToken(cursor);
  if (state.format === "openmetrics" && keyword === "EOF") return true;
  if (keyword !== "TYPE" && keyword !== "HELP" && (keyword !== "UNIT" || state.format === "text")) return false;
  skipBlanks(cursor);
  const name =
    cursor.text[cursor.at] === '"' ? readQuoted(cursor, state.limits.labelValueCharacters) : readWord(cursor, true);
  if (name === "") throw new Fault(`expected a metric name after ${keyword}, found ${found(cursor)}`);
  skipBlanks(cursor);
  const rest = cursor.text.slice(cursor.at, cursor.end);
  const family = state.families.get(name) ?? {
    type: state.format === "text" ? "untyped" : "unknown",
    help: "",
    unit: "",
  };
  if (keyword === "HELP") family.help = unescape(rest, state.format === "openmetrics");
  else if (keyword === "UNIT") family.unit = rest.trim();
  else family.type = typeOf(name, rest.trim(), state);
  state.families.set(name, family);
  return false;
}

function typeOf(name: string, type: string, state: State): string {
  if (!familyTypes[state.format].has(type))
    throw new Fault(`${JSON.stringify(type.slice(0, 40))} is no metric type of this format`);
  if (state.declared.has(name)) throw new Fault(`the type of ${name} is declared twice`);
  state.declared.add(name);
  state.roles.clear();
  return type;
}

/** Reads `name{labels} value [time] [# exemplar]`; null for a `_created` sample. */
function readSample(cursor: Cursor, state: State): ExposedSample | null {
  let name = readWord(cursor, true);
  let labels: Labels = {};
  skipBlanks(cursor);
  if (cursor.text[cursor.at] === "{" && cursor.at < cursor.end) {
    const read = readLabels(cursor, state.limits);
    labels = read.labels;
    if (read.quotedName !== null) {
      if (name !== "") throw new Fault(`the sample has two names, ${name} and ${read.quotedName}`);
      name = read.quotedName;
    }
  }
  if (name === "") throw new Fault(`expected a metric name, found ${found(cursor)}`);
  skipBlanks(cursor);
  const value = readNumber(readToken(cursor));
  const time = readTime(cursor, state.format);
  const exemplar = state.format === "openmetrics" ? readExemplar(cursor, state) : null;
  skipBlanks(cursor);
  if (cursor.at < cursor.end) throw new Fault(`unexpected ${found(cursor)} after the value`);
  const role = roleFor(name, state);
  if (role.part === "bucket" && labels["le"] === undefined) throw new Fault(`the bucket ${name} has no label le`);
  if (role.part === "created") return null;
  return { name, labels, value, time, kind: role.kind, cumulative: role.cumulative, exemplar };
}

function roleFor(name: string, state: State): Role {
  let role = state.roles.get(name);
  if (role === undefined) {
    role = roleOf(name, state.families, state.format);
    state.roles.set(name, role);
  }
  return role;
}

function readTime(cursor: Cursor, format: ExpositionFormat): number | null {
  skipBlanks(cursor);
  if (cursor.at >= cursor.end || cursor.text.charCodeAt(cursor.at) === 35) return null;
  const token = readToken(cursor);
  const time = readNumber(token);
  if (format === "text" && !/^[+-]?\d+$/.test(token))
    throw new Fault(`the time ${JSON.stringify(token.slice(0, 40))} is no whole number of milliseconds`);
  const milliseconds = format === "openmetrics" ? Math.round(time * 1000) : time;
  if (!Number.isSafeInteger(milliseconds))
    throw new Fault(`the time ${JSON.stringify(token.slice(0, 40))} is out of range`);
  return milliseconds;
}

function readExemplar(cursor: Cursor, state: State): Exemplar | null {
  skipBlanks(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== 35 || cursor.at >= cursor.end) return null;
  cursor.at += 1;
  skipBlanks(cursor);
  if (cursor.text[cursor.at] !== "{") throw new Fault(`expected the labels of an exemplar, found ${found(cursor)}`);
  const { labels, quotedName } = readLabels(cursor, state.limits);
  if (quotedName !== null) throw new Fault("an exemplar has no name");
  skipBlanks(cursor);
  const value = readNumber(readToken(cursor));
  return { labels, value, time: readTime(cursor, state.format) };
}

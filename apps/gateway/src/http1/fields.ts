/** Header fields in order of arrival. `lower[i]` is the lower-case name of `names[i]`. */
export interface Fields {
  names: string[];
  lower: string[];
  values: string[];
}

/** A message that must not be passed on. `status` is what the client hears. */
export interface HeadFault {
  fault: string;
  status: 400 | 405 | 431 | 501 | 505;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const maxFields = 200;

export function isFault(head: object): head is HeadFault {
  return "fault" in head;
}

export function fault(status: HeadFault["status"], text: string): HeadFault {
  return { fault: text, status };
}

/** Splits and checks header lines (without the empty last one); also used for trailers. */
export function parseFields(lines: readonly string[], from: number): Fields | HeadFault {
  if (lines.length - from > maxFields) return fault(431, `more than ${maxFields} header fields`);
  const fields: Fields = { names: [], lower: [], values: [] };
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] as string;
    const first = line.charCodeAt(0);
    if (first === 32 || first === 9) return fault(400, "a folded header line (obs-fold) is not accepted");
    const colon = line.indexOf(":");
    if (colon <= 0) return fault(400, "a header line has no field name");
    const name = line.slice(0, colon);
    if (!token.test(name)) return fault(400, "a header field name holds a character that is not allowed");
    fields.names.push(name);
    fields.lower.push(name.toLowerCase());
    fields.values.push(trimSpace(line, colon + 1));
  }
  return fields;
}

/** Only space and tab are optional white space; String.trim would also eat obs-text such as U+00A0. */
function trimSpace(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isSpace(line.charCodeAt(start))) start += 1;
  while (end > start && isSpace(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

/** First value of a field; undefined when absent. */
export function valueOf(fields: Fields, lowerName: string): string | undefined {
  const index = fields.lower.indexOf(lowerName);
  return index < 0 ? undefined : fields.values[index];
}

/** All values of a field joined as one list; undefined when absent. */
export function listOf(fields: Fields, lowerName: string): string | undefined {
  let index = fields.lower.indexOf(lowerName);
  if (index < 0) return undefined;
  let joined = fields.values[index] as string;
  for (;;) {
    index = fields.lower.indexOf(lowerName, index + 1);
    if (index < 0) return joined;
    joined += `,${fields.values[index] as string}`;
  }
}

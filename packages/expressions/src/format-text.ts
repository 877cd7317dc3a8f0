import { evaluationError } from "./errors.ts";
import { limitError } from "./limits.ts";
import { toBigInt, toDouble } from "./numbers.ts";
import type { Session } from "./session.ts";
import { javaToString } from "./text.ts";
import { isNumber } from "./values.ts";
import type { Value } from "./values.ts";

const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/y;

type Form = { flags: string; width: number; precision: number | null; conversion: string };

/** `String.format` in the en-US locale with the conversions s, S, d, f, e, x, X, o, c, b, n and %. */
export function formatText(format: string, args: readonly Value[], session: Session): string {
  let result = "";
  let next = 0;
  let previous = -1;
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf("%", at);
    result += format.slice(at, percent < 0 ? format.length : percent);
    if (percent < 0) break;
    SPECIFIER.lastIndex = percent;
    const match = SPECIFIER.exec(format);
    if (match === null) throw evaluationError("A '%' in the format is followed by no known conversion");
    const form = formOf(match);
    if (form.conversion === "n" || form.conversion === "%") {
      result += form.conversion === "n" ? "\n" : pad("%", form);
    } else {
      const index = match[1] !== undefined ? Number(match[1]) - 1 : form.flags.includes("<") ? previous : next++;
      const arg = args[index];
      if (arg === undefined) throw evaluationError(`The format needs a value for '${match[0]}' that is not there`);
      previous = index;
      result += pad(convert(arg, form, session), form);
    }
    at = SPECIFIER.lastIndex;
    session.budget.text(result.length);
  }
  return result;
}

function formOf(match: RegExpExecArray): Form {
  const width = Number(match[3] ?? 0);
  const precision = match[4] === undefined ? null : Number(match[4]);
  if (width > 10_000 || (precision ?? 0) > 10_000) throw limitError("formats to a width above 10000");
  return { flags: match[2] ?? "", width, precision, conversion: match[5] ?? "" };
}

function pad(text: string, form: Form): string {
  return form.flags.includes("-") ? text.padEnd(form.width) : text.padStart(form.width);
}

function convert(arg: Value, form: Form, session: Session): string {
  const lower = form.conversion.toLowerCase();
  const upper = lower !== form.conversion;
  const text = convertLower(arg, lower, form, session);
  return upper && "sbxec".includes(lower) ? text.toUpperCase() : text;
}

function convertLower(arg: Value, conversion: string, form: Form, session: Session): string {
  if (conversion === "b") return String(arg === null ? false : typeof arg === "boolean" ? arg : true);
  if (arg === null || conversion === "s") {
    const text = javaToString(arg, session.budget);
    return form.precision === null ? text : text.slice(0, form.precision);
  }
  if (conversion === "c") return character(arg);
  if (!isNumber(arg)) throw evaluationError(`'%${conversion}' in a format needs a number`);
  const real = arg.kind === "double" || arg.kind === "float";
  if (conversion === "d" || conversion === "x" || conversion === "o") {
    if (real) throw evaluationError(`'%${conversion}' in a format needs a whole number`);
    return whole(toBigInt(arg), arg.kind === "long" ? 64 : 32, conversion, form);
  }
  if (conversion !== "f" && conversion !== "e")
    throw evaluationError(`The format conversion '%${conversion}' is not known here`);
  if (!real) throw evaluationError(`'%${conversion}' in a format needs a number with a fraction`);
  return decorate(toDouble(arg), conversion, form);
}

function character(arg: Value): string {
  if (arg !== null && typeof arg === "object" && arg.kind === "char") return arg.value;
  if (isNumber(arg) && arg.kind === "int" && arg.value >= 0 && arg.value <= 0x10ffff)
    return String.fromCodePoint(arg.value);
  throw evaluationError("'%c' in a format needs a character");
}

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",");

function signed(negative: boolean, digits: string, form: Form): string {
  const { flags } = form;
  const sign = negative
    ? flags.includes("(")
      ? "("
      : "-"
    : flags.includes("+")
      ? "+"
      : flags.includes(" ")
        ? " "
        : "";
  const close = sign === "(" ? ")" : "";
  const filled = flags.includes("0") ? digits.padStart(form.width - sign.length - close.length, "0") : digits;
  return sign + filled + close;
}

function whole(value: bigint, bits: number, conversion: string, form: Form): string {
  if (conversion === "d") {
    const digits = String(value < 0n ? -value : value);
    return signed(value < 0n, form.flags.includes(",") ? group(digits) : digits, form);
  }
  const unsigned = value < 0n ? BigInt.asUintN(bits, value) : value;
  const prefix = form.flags.includes("#") ? (conversion === "x" ? "0x" : "0") : "";
  const digits = unsigned.toString(conversion === "x" ? 16 : 8);
  return prefix + (form.flags.includes("0") ? digits.padStart(form.width - prefix.length, "0") : digits);
}

function decorate(value: number, conversion: "f" | "e", form: Form): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const precision = Math.min(form.precision ?? 6, 100);
  const absolute = Math.abs(value);
  const negative = value < 0 || Object.is(value, -0);
  if (conversion === "e")
    return signed(negative, absolute.toExponential(precision).replace(/e([+-])(\d)$/, "e$10$2"), form);
  const digits = roundHalfUp(absolute, precision);
  const [integer = "0", fraction] = digits.split(".");
  const grouped = form.flags.includes(",") ? group(integer) : integer;
  return signed(negative, fraction === undefined ? grouped : `${grouped}.${fraction}`, form);
}

/** Java rounds the shortest decimal digits half up; `toFixed` would round the binary value. */
function roundHalfUp(value: number, precision: number): string {
  const [mantissa = "0", exponentText = "0"] = value.toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const pointShift = Number(exponentText) - (digits.length - 1) + precision;
  let scaled = BigInt(digits);
  if (pointShift >= 0) {
    scaled *= 10n ** BigInt(pointShift);
  } else {
    const divisor = 10n ** BigInt(Math.min(-pointShift, 400));
    scaled = (scaled + divisor / 2n) / divisor;
  }
  const text = String(scaled).padStart(precision + 1, "0");
  return precision === 0 ? text : `${text.slice(0, -precision)}.${text.slice(-precision)}`;
}

import { group, signed } from "./format-spec.ts";
import type { Form } from "./format-spec.ts";

/** `%f`, `%e`, `%g` and `%a`: the shortest decimal digits of the number are rounded half up, as Java does. */
export function formatReal(value: number, form: Form): string {
  if (!Number.isFinite(value)) {
    if (Number.isNaN(value)) return "NaN";
    const plain = { ...form, flags: form.flags.replace("0", "") };
    return signed(value < 0, "Infinity", plain);
  }
  const negative = value < 0 || Object.is(value, -0);
  return signed(negative, digitsOf(Math.abs(value), form), form);
}

function digitsOf(value: number, form: Form): string {
  const precision = form.precision ?? 6;
  switch (form.conversion) {
    case "e":
      return exponential(value, precision);
    case "g":
      return general(value, precision === 0 ? 1 : precision, form);
    case "a":
      return hexadecimal(value);
    default:
      return plain(value, precision, form);
  }
}

function plain(value: number, precision: number, form: Form): string {
  const [integer = "0", fraction] = roundHalfUp(value, precision).split(".");
  const whole = form.flags.includes(",") ? group(integer) : integer;
  const point = fraction === undefined && form.flags.includes("#") ? "." : "";
  return fraction === undefined ? whole + point : `${whole}.${fraction}`;
}

/** Digits of the value and the exponent of the first one. */
function decimal(value: number): { digits: string; exponent: number } {
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function exponential(value: number, precision: number): string {
  const { digits, exponent } = decimal(value);
  const cut = digits.slice(0, precision + 1).padEnd(precision + 1, "0");
  const up = Number(digits.charAt(precision + 1) || "0") >= 5;
  const rounded = up ? String(BigInt(cut) + 1n) : cut;
  const carried = rounded.length > cut.length;
  const shown = carried ? rounded.slice(0, -1) : rounded;
  const power = value === 0 ? 0 : exponent + (carried ? 1 : 0);
  const fraction = shown.length > 1 ? `.${shown.slice(1)}` : "";
  return `${shown[0]}${fraction}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Plain from 10^-4 up to 10^precision, else with an exponent; `precision` counts all digits. */
function general(value: number, precision: number, form: Form): string {
  if (value === 0) return plain(value, precision - 1, form);
  const text = exponential(value, precision - 1);
  const exponent = Number(text.slice(text.indexOf("e") + 1));
  return exponent < -4 || exponent >= precision ? text : plain(value, precision - 1 - exponent, form);
}

function hexadecimal(value: number): string {
  if (value === 0) return "0x0.0p0";
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn);
  const fraction = (raw & 0xfffffffffffffn).toString(16).padStart(13, "0").replace(/0+$/, "") || "0";
  return exponent === 0 ? `0x0.${fraction}p-1022` : `0x1.${fraction}p${exponent - 1023}`;
}

function roundHalfUp(value: number, precision: number): string {
  const { digits, exponent } = decimal(value);
  const pointShift = exponent - (digits.length - 1) + precision;
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

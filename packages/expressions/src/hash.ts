import { evaluationError } from "./errors.ts";
import type { Budget } from "./limits.ts";
import { DAY_NANOS, calendarDate, epochDayOf, floorDiv, floorMod } from "./time-text.ts";
import { typeName } from "./types.ts";
import { entriesOf, fromMapKey, itemsOf } from "./values.ts";
import type { Value } from "./values.ts";

const target = (json: unknown): unknown => (json as { readonly id?: unknown } | null)?.id;

const foldLong = (value: bigint): number => Number(BigInt.asIntN(32, value ^ (BigInt.asUintN(64, value) >> 32n)));

function hashOfDay(epochDay: number): number {
  const { year, month, day } = calendarDate(epochDay);
  return (year & 0xffff_f800) ^ ((year << 11) + (month << 6) + day);
}

/** Java's `hashCode` of texts, numbers, lists and maps; other values have none that means anything. */
export function hashOf(value: Value, budget: Budget, depth = 0): number {
  if (value === null) return 0;
  if (typeof value === "boolean") return value ? 1231 : 1237;
  if (typeof value === "string") {
    budget.charge(1 + (value.length >> 4));
    let hash = 0;
    for (let index = 0; index < value.length; index += 1) hash = (Math.imul(hash, 31) + value.charCodeAt(index)) | 0;
    return hash;
  }
  budget.charge(1);
  if (depth > budget.limits.resultDepth) throw evaluationError("The value is nested too deeply to hash");
  switch (value.kind) {
    case "int":
    case "short":
    case "byte":
      return value.value;
    case "long":
      return foldLong(value.value);
    case "double": {
      const bits = new DataView(new ArrayBuffer(8));
      bits.setFloat64(0, value.value);
      return bits.getInt32(0) ^ bits.getInt32(4);
    }
    case "float": {
      const bits = new DataView(new ArrayBuffer(4));
      bits.setFloat32(0, value.value);
      return bits.getInt32(0);
    }
    case "char":
      return value.value.charCodeAt(0);
    case "list": {
      const isSet = value.flavour === "set" || value.flavour === "entries";
      return itemsOf(value).reduce<number>(
        (hash, item) => {
          const own = hashOf(item, budget, depth + 1);
          return (isSet ? hash + own : Math.imul(hash, 31) + own) | 0;
        },
        isSet ? 0 : 1,
      );
    }
    case "bean":
      return hashOf(String(target(value.json(false))), budget, depth + 1);
    case "entry":
      return hashOf(fromMapKey(value.key), budget, depth + 1) ^ hashOf(value.value, budget, depth + 1);
    case "date":
      return foldLong(BigInt(value.epochMs));
    case "instant":
      return (
        (foldLong(floorDiv(value.epochNanos, 1_000_000_000n)) +
          Math.imul(51, Number(floorMod(value.epochNanos, 1_000_000_000n)))) |
        0
      );
    case "localDate":
      return hashOfDay(value.epochDay);
    case "localDateTime":
      return hashOfDay(epochDayOf(value.nanos)) ^ foldLong(floorMod(value.nanos, DAY_NANOS));
    case "uuid": {
      const bits = BigInt(`0x${value.text.replaceAll("-", "")}`);
      return foldLong((bits >> 64n) ^ BigInt.asUintN(64, bits));
    }
    case "map": {
      let hash = 0;
      for (const [key, item] of entriesOf(value)) {
        hash = (hash + (hashOf(fromMapKey(key), budget, depth + 1) ^ hashOf(item, budget, depth + 1))) | 0;
      }
      return hash;
    }
    default:
      throw evaluationError(`A value of type ${typeName(value)} has no stable hash code`);
  }
}

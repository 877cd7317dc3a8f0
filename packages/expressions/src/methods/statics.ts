import type { MethodTable } from "../overload.ts";
import { MATH } from "./math.ts";
import { BOOLEAN_STATICS, BYTE_STATICS, DOUBLE_STATICS, INTEGER_STATICS, LONG_STATICS } from "./number-statics.ts";
import { STRING_STATICS, URL_ENCODER_STATICS, UUID_STATICS } from "./text-statics.ts";
import {
  CHRONO_UNIT_STATICS,
  DATE_STATICS,
  DAY_OF_WEEK_STATICS,
  INSTANT_STATICS,
  LOCAL_DATE_STATICS,
  LOCAL_DATE_TIME_STATICS,
} from "./time-statics.ts";

/** What may be called on `T(type)`, by full type name. Types of the allow-list without an entry have nothing to call. */
export const STATIC_METHODS: ReadonlyMap<string, MethodTable> = new Map([
  ["java.lang.Math", MATH],
  ["java.lang.String", STRING_STATICS],
  ["java.lang.Integer", INTEGER_STATICS],
  ["java.lang.Long", LONG_STATICS],
  ["java.lang.Double", DOUBLE_STATICS],
  ["java.lang.Byte", BYTE_STATICS],
  ["java.lang.Boolean", BOOLEAN_STATICS],
  ["java.util.UUID", UUID_STATICS],
  ["java.net.URLEncoder", URL_ENCODER_STATICS],
  ["java.util.Date", DATE_STATICS],
  ["java.time.Instant", INSTANT_STATICS],
  ["java.time.LocalDate", LOCAL_DATE_STATICS],
  ["java.time.LocalDateTime", LOCAL_DATE_TIME_STATICS],
  ["java.time.DayOfWeek", DAY_OF_WEEK_STATICS],
  ["java.time.temporal.ChronoUnit", CHRONO_UNIT_STATICS],
]);

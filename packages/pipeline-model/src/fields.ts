import { z } from "zod";
import { toNumber, toText, toFlag } from "./coerce.ts";

/**
 * Field kinds of pipeline documents, with the tolerance Spinnaker's own reader has: `null` is absent, "1" is a number,
 * "true" is a flag, 1 is a text. Objects are loose: unknown keys are kept. Expressions are left to `checkFields`.
 */

const nullToAbsent = (value: unknown): unknown => (value === null ? undefined : value);

/** Absent and `null` are the same. */
export function maybe<T extends z.ZodType>(schema: T) {
  return z.preprocess(nullToAbsent, schema.optional()).optional();
}

export const text = z.preprocess(toText, z.string());
/** A text with something in it. */
export const filledText = z.preprocess(toText, z.string().trim().min(1));
export const flag = z.preprocess(toFlag, z.boolean());
export const number = z.preprocess(toNumber, z.number());
/** Zero or more. */
export const amount = z.preprocess(toNumber, z.number().min(0));
/** A whole number, zero or more. */
export const count = z.preprocess(toNumber, z.int().min(0));
/** 0 to 100. */
export const percent = z.preprocess(toNumber, z.number().min(0).max(100));
/** A JSON object whose keys are not read. */
export const map = z.record(z.string(), z.unknown());
export const texts = z.array(text);
/** A list, or one comma-separated text, as older pipelines write it. */
export const textsOrCommas = z.preprocess(
  (value) =>
    typeof value === "string"
      ? value
          .split(",")
          .map((part) => part.trim())
          .filter((part) => part !== "")
      : value,
  texts,
);

/** One of some words, upper and lower case alike. */
export function choice<const T extends readonly [string, ...string[]]>(words: T) {
  const same = (value: unknown): unknown =>
    typeof value === "string" ? (words.find((word) => word.toLowerCase() === value.toLowerCase()) ?? value) : value;
  return z.preprocess(same, z.enum(words));
}

/** A loose object. */
export const object = z.looseObject;
export const list = z.array;

/** Server-group sizes. */
export const capacity = object({ min: maybe(count), max: maybe(count), desired: maybe(count) });

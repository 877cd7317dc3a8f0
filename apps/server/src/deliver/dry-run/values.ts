import { type Json } from "@gennaker/contract/json.ts";

export const text = (value: Json | undefined): string | null => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
};
export const flag = (value: Json | undefined): boolean => value === true || value === "true";
export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const longest = 300;

/** A value as people read it, cut where it is long. */
export function short(value: Json): string {
  const words = typeof value === "string" ? value : JSON.stringify(value);
  return words.length <= longest ? words : `${words.slice(0, longest).toWellFormed()}… (${words.length} characters)`;
}

import { createHash } from "node:crypto";
import { encodeText } from "../../platform/values/document.ts";
import type { Labels } from "./api.ts";

/** A series' identity as text: its name and its labels in order. What PostgreSQL cannot store is replaced first. */
export function seriesKey(name: string, labels: Labels): string {
  const parts = [encodeText(name)];
  for (const label of Object.keys(labels).sort()) parts.push(encodeText(label), encodeText(labels[label] ?? ""));
  return JSON.stringify(parts);
}

/** The labels of a key again, as they are stored. */
export function labelsOfKey(key: string): Record<string, string> {
  const parts = JSON.parse(key) as string[];
  const labels: [string, string][] = [];
  for (let at = 1; at + 1 < parts.length; at += 2) labels.push([parts[at] ?? "", parts[at + 1] ?? ""]);
  return Object.fromEntries(labels);
}

/** 16 bytes in hexadecimal; a collision among a million series has odds below 1 in 10^26. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

import type { z } from "zod";
import type { Problem } from "@gennaker/contract/errors.ts";
import { isExpression } from "./coerce.ts";
import { pointerOf, valueAt } from "./pointer.ts";
import { wordsFor } from "./words.ts";

/** The values a schema reads, or everything wrong with them. */
export type Fields<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

/** Reads a document whose expressions have been evaluated. One that is still there is a problem. */
export function readFields<S extends z.ZodType>(schema: S, document: unknown): Fields<z.output<S>> {
  const result = schema.safeParse(document, { error: wordsFor });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: problemsOf(result.error.issues) };
}

/** Checks a document as a person writes it: a value that is an expression is taken as right, its type is unknown yet. */
export function checkFields(schema: z.ZodType, document: unknown): Problem[] {
  const result = schema.safeParse(document, { error: wordsFor });
  if (result.success) return [];
  return problemsOf(result.error.issues).filter((problem) => !isExpression(valueAt(document, problem.pointer)));
}

function problemsOf(issues: readonly { path: readonly PropertyKey[]; message: string }[]): Problem[] {
  return issues.map((issue) => ({ pointer: pointerOf(issue.path), reason: issue.message }));
}

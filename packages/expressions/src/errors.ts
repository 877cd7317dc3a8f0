/** Why an expression gave no value. `limit` means that a budget ran out, never that the text is wrong. */
export type ExpressionErrorCode = "syntax" | "evaluation" | "limit" | "unsupported";

/** The only error that parsing and evaluating throw. `position` counts UTF-16 units from the expression's start. */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode;
  readonly position: number | null;

  constructor(code: ExpressionErrorCode, message: string, position: number | null = null) {
    super(position === null ? message : `${message} (at position ${position})`);
    this.name = "ExpressionError";
    this.code = code;
    this.position = position;
  }
}

export function syntaxError(message: string, position: number): ExpressionError {
  return new ExpressionError("syntax", message, position);
}

export function evaluationError(message: string): ExpressionError {
  return new ExpressionError("evaluation", message);
}

/** Why a judgement cannot be made. */
export type JudgementErrorCode =
  /** The line is not a JSON object. */
  | "line.unreadable"
  /** A field has a type or value that cannot be read; `pointer` says where. */
  | "input.invalid"
  /** A part that every judgement needs is null or absent. */
  | "input.missing"
  /** A metric's data name no metric of the configuration. */
  | "metric.notConfigured"
  /** A metric's data lack the control or the experiment series. */
  | "metric.noSeries"
  /** A setting of a metric cannot be used. */
  | "metric.invalidSetting"
  /** The judge itself failed, for instance on JSON nested too deeply. */
  | "judge.failed";

/** A judgement that must fail as a whole. The message names the metric or field and what to do. */
export class JudgementError extends Error {
  override readonly name = "JudgementError";
  readonly code: JudgementErrorCode;
  /** JSON pointer (RFC 6901) into the input, where one place is to blame. */
  readonly pointer: string | undefined;

  constructor(code: JudgementErrorCode, message: string, pointer?: string) {
    super(message);
    this.code = code;
    this.pointer = pointer;
  }
}

import { styleText } from "node:util";

export type Tone = "good" | "bad" | "warn" | "busy" | "dim" | "strong" | "plain";

/** Paints text, or leaves it alone where colour is not wanted. */
export type Style = (tone: Tone, text: string) => string;

const formats = { good: "green", bad: "red", warn: "yellow", busy: "cyan", dim: "dim", strong: "bold" } as const;

export function createStyle(color: boolean): Style {
  if (!color) return (_tone, text) => text;
  return (tone, text) =>
    tone === "plain" || text === "" ? text : styleText(formats[tone], text, { validateStream: false });
}

type Look = { symbol: string; tone: Tone };

const looks: Readonly<Record<string, Look>> = {
  SUCCEEDED: { symbol: "✔", tone: "good" },
  RUNNING: { symbol: "●", tone: "busy" },
  PAUSED: { symbol: "‖", tone: "warn" },
  SUSPENDED: { symbol: "‖", tone: "warn" },
  TERMINAL: { symbol: "✖", tone: "bad" },
  FAILED_CONTINUE: { symbol: "!", tone: "warn" },
  STOPPED: { symbol: "■", tone: "bad" },
  CANCELED: { symbol: "⊘", tone: "warn" },
  SKIPPED: { symbol: "»", tone: "dim" },
  NOT_STARTED: { symbol: "○", tone: "dim" },
  BUFFERED: { symbol: "○", tone: "dim" },
  REDIRECT: { symbol: "↻", tone: "busy" },
};

/** The sign and colour of an execution's, stage's or task's status. */
export function lookOf(status: string): Look {
  return looks[status] ?? { symbol: "?", tone: "plain" };
}

const tones: Readonly<Record<string, Tone>> = {
  up: "good",
  stable: "good",
  pass: "good",
  Pass: "good",
  down: "bad",
  failed: "bad",
  fail: "bad",
  Fail: "bad",
  High: "bad",
  Low: "bad",
  progressing: "busy",
  starting: "busy",
  stopping: "busy",
  marginal: "warn",
  Marginal: "warn",
  inconclusive: "warn",
  paused: "warn",
  outOfService: "dim",
  stopped: "dim",
  Nodata: "warn",
  unknown: "warn",
  error: "bad",
  repaired: "warn",
  note: "dim",
};

/** The colour of a state's name outside the engine: instances, health, verdicts, problems. */
export function toneOf(state: string): Tone {
  return looks[state]?.tone ?? tones[state] ?? "plain";
}

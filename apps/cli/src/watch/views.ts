import type { Execution } from "@gennaker/contract/resources/execution.ts";
import type { LiveEvent } from "@gennaker/contract/resources/system.ts";
import type { CliContext } from "../context.ts";
import { terminalOf } from "../context.ts";
import { executionTree } from "../output/execution-tree.ts";
import { createStyle } from "../output/style.ts";
import { clock } from "../output/time.ts";
import { progressLines } from "./progress-lines.ts";

/** How a followed execution is shown. */
export type View = {
  /** The execution as it is now. */
  update(execution: Execution): void;
  event(event: LiveEvent): void;
  /** The live stream was lost or is back. */
  connection(state: "connected" | "disconnected"): void;
  /** Nothing more comes. */
  end(): void;
};

const tickMs = 1_000;

export function viewFor(context: CliContext, json: boolean): View {
  if (json) return jsonView(context);
  return terminalOf(context).interactive ? treeView(context) : lineView(context);
}

/**
 * One event a line as the server sends them, between `execution.snapshot` (how it stood at first) and
 * `execution.result` (how it ended), whose `data` is the whole execution.
 */
function jsonView(context: CliContext): View {
  let last: Execution | null = null;
  const write = (value: unknown) => void context.process.stdout.write(`${JSON.stringify(value)}\n`);
  const whole = (type: string, execution: Execution) =>
    write({
      type,
      application: execution.application,
      subject: execution.id,
      time: new Date().toISOString(),
      data: execution,
    });
  return {
    update(execution) {
      if (last === null) whole("execution.snapshot", execution);
      last = execution;
    },
    event: write,
    connection: () => undefined,
    end() {
      if (last !== null) whole("execution.result", last);
    },
  };
}

function lineView(context: CliContext): View {
  let last: Execution | null = null;
  let lost = false;
  const style = createStyle(terminalOf(context).color);
  const write = (line: string) => void context.process.stdout.write(`${clock(Date.now())} ${line}\n`);
  return {
    update(execution) {
      for (const line of progressLines(last, execution, style, Date.now())) write(line);
      last = execution;
    },
    event: () => undefined,
    connection(state) {
      if (state === "disconnected") write("connection lost, trying again …");
      else if (lost) write("connected again");
      lost = state === "disconnected";
    },
    end: () => undefined,
  };
}

/** Draws over itself; what has ended is folded when the terminal is too low, and the last picture stays whole. */
function treeView(context: CliContext): View {
  const { stdout } = context.process;
  let last: Execution | null = null;
  let drawn = 0;
  let lost = false;

  const picture = (whole: boolean): string[] => {
    if (last === null) return [];
    const { color, columns, rows } = terminalOf(context);
    const options = { style: createStyle(color), now: Date.now(), columns };
    const full = executionTree(last, options);
    if (lost) full.push("connection lost, trying again …");
    if (whole || full.length < rows) return full;
    const folded = executionTree(last, { ...options, compact: true });
    return folded.length < rows ? folded : [...folded.slice(0, 1), "  …", ...folded.slice(3 - rows)];
  };
  const draw = (whole = false) => {
    const lines = picture(whole);
    const back = drawn === 0 ? "" : `\u001b[${drawn}A`;
    stdout.write(`${back}\r\u001b[J${lines.map((line) => `${line}\n`).join("")}`);
    drawn = lines.length;
  };
  const ticking = setInterval(draw, tickMs);
  return {
    update(execution) {
      last = execution;
      draw();
    },
    event: () => undefined,
    connection(state) {
      lost = state === "disconnected";
      draw();
    },
    end() {
      clearInterval(ticking);
      draw(true);
    },
  };
}

import type { CliContext } from "../context.ts";
import { terminalOf } from "../context.ts";
import type { Style } from "./style.ts";
import { createStyle } from "./style.ts";
import type { Cell, Column } from "./table.ts";
import { renderTable } from "./table.ts";

export type Printer = {
  style: Style;
  text(text: string): void;
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[], whenEmpty: string): void;
};

/**
 * One JSON document with `--json`, otherwise what `human` prints. Times, ids and numbers are the API's own in JSON.
 */
export function show(
  context: CliContext,
  flags: { json?: boolean },
  value: unknown,
  human: (print: Printer) => void,
): void {
  if (flags.json === true) context.process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  else human(printerFor(context));
}

function printerFor(context: CliContext): Printer {
  const terminal = terminalOf(context);
  const style = createStyle(terminal.color);
  const text = (part: string) => void context.process.stdout.write(part);
  return {
    style,
    text,
    table(columns, rows, whenEmpty) {
      text(rows.length === 0 ? `${whenEmpty}\n` : renderTable(columns, rows, style, terminal.columns));
    },
  };
}

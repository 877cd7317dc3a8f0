import type { Style, Tone } from "./style.ts";
import { displayWidth, padTo, plain, truncate } from "./width.ts";

export type Cell = string | number | { text: string; tone: Tone };
export type Column = {
  title: string;
  align?: "left" | "right";
  /** The narrowest it may be cut to when the terminal is too narrow; without it the column is never cut. */
  shrinkTo?: number;
};

const gap = 2;

/**
 * Rows under titles, columns two spaces apart. `width` is the terminal's (null: never cut); what does not fit is taken
 * from the widest column that may shrink, again and again.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  width: number | null,
): string {
  const texts = rows.map((row) => columns.map((_column, index) => textOf(row[index] ?? "")));
  const natural = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...texts.map((row) => displayWidth(row[index] ?? ""))),
  );
  const widths = width === null ? natural : fit(columns, natural, width);
  const line = (cells: readonly string[], paint: (text: string, index: number) => string) =>
    columns
      .map((column, index) => {
        const cut = truncate(cells[index] ?? "", widths[index] ?? 0);
        const last = index === columns.length - 1 && column.align !== "right";
        const padded = last ? cut : padTo(cut, widths[index] ?? 0, column.align === "right" ? "right" : "left");
        return paint(padded, index);
      })
      .join(" ".repeat(gap))
      .trimEnd();
  const head = line(
    columns.map((column) => column.title),
    (text) => style("dim", text),
  );
  const body = texts.map((cells, row) => line(cells, (text, index) => style(toneOf(rows[row]?.[index]), text)));
  return `${[head, ...body].join("\n")}\n`;
}

function textOf(cell: Cell): string {
  return plain(typeof cell === "object" ? cell.text : String(cell));
}

function toneOf(cell: Cell | undefined): Tone {
  return typeof cell === "object" ? cell.tone : "plain";
}

function fit(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, each) => sum + each, 0) + gap * (columns.length - 1);
  while (total() > width) {
    let widest = -1;
    columns.forEach((column, index) => {
      const room = (widths[index] ?? 0) - (column.shrinkTo ?? Number.POSITIVE_INFINITY);
      if (room > 0 && (widest < 0 || (widths[index] ?? 0) > (widths[widest] ?? 0))) widest = index;
    });
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** `name  value` lines for one thing; entries without a value are left out. */
export function renderFields(fields: readonly (readonly [name: string, value: Cell | null])[], style: Style): string {
  const shown = fields.filter((field): field is readonly [string, Cell] => field[1] !== null && field[1] !== "");
  const width = Math.max(0, ...shown.map(([name]) => displayWidth(name)));
  return shown
    .map(([name, value]) => `${style("dim", padTo(name, width))}  ${style(toneOf(value), textOf(value))}\n`)
    .join("");
}

import type { CliContext } from "../../context.ts";

export type Progress = { add(items: number): void; end(): void };

/** How many items are through, on a line of standard error that is written over; nothing where nobody looks. */
export function createProgress(context: CliContext, flags: { json?: boolean }): Progress {
  const { stderr } = context.process;
  const visible = flags.json !== true && stderr.isTTY === true;
  let count = 0;
  const began = Date.now();
  return {
    add(items) {
      count += items;
      if (visible) stderr.write(`\r\u001b[K${count} items, ${Math.round((Date.now() - began) / 1_000)} s`);
    },
    end() {
      if (visible && count > 0) stderr.write("\r\u001b[K");
    },
  };
}

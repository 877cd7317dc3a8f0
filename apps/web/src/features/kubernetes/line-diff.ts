export type DiffLine = { kind: "same" | "added" | "removed"; text: string };
/** Lines as they are shown: long runs without a change are one entry. */
export type DiffPart = { type: "line"; line: DiffLine } | { type: "skipped"; count: number };

/** More steps than this are not looked for: then everything counts as replaced. */
const mostSteps = 4_000;

/** The shortest way from one text to another, line by line (Myers 1986). */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const same = (list: readonly string[]): DiffLine[] => list.map((text) => ({ kind: "same", text }));
  return [
    ...same(a.slice(0, start)),
    ...shortest(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function shortest(a: readonly string[], b: readonly string[]): DiffLine[] {
  const most = Math.min(a.length + b.length, mostSteps);
  /** For each number of steps: the furthest line of `a` on each diagonal. */
  const history: Map<number, number>[] = [];
  let reached = new Map<number, number>([[1, 0]]);
  for (let steps = 0; steps <= most; steps++) {
    history.push(new Map(reached));
    const next = new Map(reached);
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let x = goesDown(reached, diagonal, steps)
        ? (reached.get(diagonal + 1) ?? 0)
        : (reached.get(diagonal - 1) ?? 0) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return wayBack(a, b, history, steps);
    }
    reached = next;
  }
  return [
    ...a.map((text) => ({ kind: "removed" as const, text })),
    ...b.map((text) => ({ kind: "added" as const, text })),
  ];
}

function goesDown(reached: ReadonlyMap<number, number>, diagonal: number, steps: number): boolean {
  return (
    diagonal === -steps || (diagonal !== steps && (reached.get(diagonal - 1) ?? 0) < (reached.get(diagonal + 1) ?? 0))
  );
}

function wayBack(
  a: readonly string[],
  b: readonly string[],
  history: readonly ReadonlyMap<number, number>[],
  from: number,
): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let steps = from; steps >= 0; steps--) {
    const reached = history[steps] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = goesDown(reached, diagonal, steps);
    const before = down ? diagonal + 1 : diagonal - 1;
    const startX = steps === 0 ? 0 : (reached.get(before) ?? 0);
    const startY = steps === 0 ? 0 : startX - before;
    const edgeX = steps === 0 ? 0 : down ? startX : startX + 1;
    while (x > edgeX && y > edgeX - diagonal) {
      x -= 1;
      y -= 1;
      lines.push({ kind: "same", text: a[x] ?? "" });
    }
    if (steps === 0) break;
    lines.push(down ? { kind: "added", text: b[startY] ?? "" } : { kind: "removed", text: a[startX] ?? "" });
    x = startX;
    y = startY;
  }
  return lines.toReversed();
}

/** Only what changed, with some lines around it. */
export function partsOf(lines: readonly DiffLine[], around = 3): DiffPart[] {
  const near = new Set<number>();
  lines.forEach(({ kind }, index) => {
    if (kind === "same") return;
    for (let at = index - around; at <= index + around; at++) near.add(at);
  });
  const parts: DiffPart[] = [];
  lines.forEach((line, index) => {
    if (near.has(index)) return void parts.push({ type: "line", line });
    const last = parts.at(-1);
    if (last?.type === "skipped") last.count += 1;
    else parts.push({ type: "skipped", count: 1 });
  });
  return parts;
}

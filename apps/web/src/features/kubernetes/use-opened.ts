import { pageSize } from "@gennaker/client/kubernetes/rows.ts";
import { useMemo, useState } from "react";

export type TreeOpened = {
  isOpen(key: string, atFirst: boolean): boolean;
  limit(key: string): number;
  toggle(key: string, open: boolean): void;
  /** Shows more rows below a parent. */
  grow(parent: string): void;
};

/** What a reader has opened and closed in a tree; it outlives filters. */
export function useOpened(): TreeOpened {
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [limits, setLimits] = useState<ReadonlyMap<string, number>>(new Map());
  return useMemo(
    () => ({
      isOpen: (key, atFirst) => opened.get(key) ?? atFirst,
      limit: (key) => limits.get(key) ?? pageSize,
      toggle: (key, open) => setOpened((before) => new Map(before).set(key, open)),
      grow: (parent) =>
        setLimits((before) => new Map(before).set(parent, (before.get(parent) ?? pageSize) + 2 * pageSize)),
    }),
    [opened, limits],
  );
}

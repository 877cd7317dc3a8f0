import { useCallback, useEffect, useRef, useState } from "react";

const step = 40;

/** Shows a long list in parts: `shown` grows when `sentinel`, put after the list, comes near the screen. */
export function useGrowing<T>(items: readonly T[]): {
  shown: readonly T[];
  rest: number;
  sentinel: (node: Element | null) => void;
  grow(): void;
} {
  const [limit, setLimit] = useState(step);
  const grow = useCallback(() => setLimit((old) => old + step), []);
  const observer = useRef<IntersectionObserver | null>(null);
  const sentinel = useCallback(
    (node: Element | null) => {
      observer.current?.disconnect();
      if (node === null) return;
      observer.current = new IntersectionObserver(
        (entries) => {
          if (entries.some((entry) => entry.isIntersecting)) grow();
        },
        { rootMargin: "600px" },
      );
      observer.current.observe(node);
    },
    [grow],
  );
  useEffect(() => () => observer.current?.disconnect(), []);
  return { shown: items.slice(0, limit), rest: Math.max(0, items.length - limit), sentinel, grow };
}

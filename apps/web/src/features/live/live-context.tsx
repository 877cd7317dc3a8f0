import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import type { LiveFeed, LiveState } from "./live-feed.ts";

const LiveContext = createContext<LiveFeed | null>(null);

export function LiveProvider({ feed, children }: { feed: LiveFeed; children: ReactNode }) {
  useEffect(() => feed.start(), [feed]);
  return <LiveContext value={feed}>{children}</LiveContext>;
}

export function useLiveState(): LiveState {
  const feed = useContext(LiveContext);
  if (feed === null) throw new Error("useLiveState is used outside LiveProvider");
  return useSyncExternalStore(feed.subscribe, feed.state);
}

/** `lost` while disconnected, `back` for some seconds after the connection has returned, else `fine`. */
export function useConnection(): "fine" | "lost" | "back" {
  const state = useLiveState();
  const lost = useRef(false);
  const [back, setBack] = useState(false);
  useEffect(() => {
    if (state === "disconnected") lost.current = true;
    if (state !== "connected" || !lost.current) return;
    lost.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), 4_000);
    return () => clearTimeout(timer);
  }, [state]);
  return state === "disconnected" ? "lost" : back ? "back" : "fine";
}

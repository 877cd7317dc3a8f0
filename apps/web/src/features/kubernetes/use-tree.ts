import { ApiError } from "@gennaker/client/api-error.ts";
import { treeStates, type TreeState } from "@gennaker/client/kubernetes/follow-tree.ts";
import { useEffect, useState } from "react";
import { api } from "../live/api.ts";

/** An application's objects in all accounts, or those of one account. */
export type TreeSource = { application: string } | { account: string; namespace?: string | undefined };
export type LiveTree = {
  /** Null until the first line has come. */
  state: TreeState | null;
  /** Why nothing can be shown; trying again would not help. */
  error: unknown;
  /** The stream is lost; it is opened again by itself. */
  lost: boolean;
};

const retryMs = 1_500;
/** States that come together are drawn once. */
const drawMs = 120;

const nothing: LiveTree = { state: null, error: null, lost: false };

/** The tree as it is now and ever after, without asking again. */
export function useTree(source: TreeSource): LiveTree {
  const key = JSON.stringify(source);
  const [held, setHeld] = useState<{ key: string; live: LiveTree }>({ key, live: nothing });
  useEffect(() => {
    const stop = new AbortController();
    void follow(JSON.parse(key) as TreeSource, stop.signal, (change) =>
      setHeld((before) => ({ key, live: change(before.key === key ? before.live : nothing) })),
    );
    return () => stop.abort();
  }, [key]);
  return held.key === key ? held.live : nothing;
}

type Set = (change: (before: LiveTree) => LiveTree) => void;

async function follow(source: TreeSource, signal: AbortSignal, set: Set): Promise<void> {
  while (!signal.aborted) {
    const drawing = { timer: null as ReturnType<typeof setTimeout> | null, state: null as TreeState | null };
    const draw = () => {
      drawing.timer = null;
      const { state } = drawing;
      // A map of its own, so that what is made of it is made anew.
      const shown = state === null ? null : { ...state, nodes: new Map(state.nodes) };
      if (!signal.aborted) set(() => ({ state: shown, error: null, lost: false }));
    };
    try {
      for await (const state of treeStates(open(source, signal))) {
        drawing.state = state;
        drawing.timer ??= setTimeout(draw, drawMs);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && !error.retryable) {
        set((before) => ({ ...before, error }));
        return;
      }
    }
    if (drawing.timer !== null) clearTimeout(drawing.timer);
    if (signal.aborted) return;
    set((before) => ({ ...before, lost: true }));
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

function open(source: TreeSource, signal: AbortSignal): AsyncIterable<string> {
  if ("application" in source)
    return api.stream("followKubernetesTree", { params: { application: source.application }, signal });
  const { account, namespace } = source;
  return api.stream("followKubernetesAccountTree", {
    params: { account },
    query: namespace === undefined ? {} : { namespace },
    signal,
  });
}

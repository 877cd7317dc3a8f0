/** A set of listeners of which one that throws neither stops the others nor the caller. */
export type Listeners<T> = { add(listener: (value: T) => void): () => void; emit(value: T): void; clear(): void };

export function createListeners<T>(onError: (error: unknown) => void = warn): Listeners<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    add(listener) {
      // Each registration counts for itself, even of one and the same function.
      const own = (value: T) => listener(value);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    emit(value) {
      for (const listener of listeners) {
        try {
          listener(value);
        } catch (error) {
          onError(error);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), { code: "KUBE_LISTENER" });
}

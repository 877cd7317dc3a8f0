/** A part that is made after those that will call it: features call each other in circles, wiring does not. */
export type Late<T> = { get(): T; set(value: T): void };

export function createLate<T>(what: string): Late<T> {
  let held: { value: T } | null = null;
  return {
    get() {
      if (held === null) throw new Error(`${what} was used before it was wired`);
      return held.value;
    },
    set(value) {
      held = { value };
    },
  };
}

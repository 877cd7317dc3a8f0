import { useEffect, useEffectEvent } from "react";

const enabledKey = "gennaker.single-key-shortcuts";

export function shortcutsEnabled(): boolean {
  return localStorage.getItem(enabledKey) !== "off";
}

export function enableShortcuts(on: boolean): void {
  localStorage.setItem(enabledKey, on ? "on" : "off");
}

/** Keys, e.g. `?`, `/`, `j`, or two after another, e.g. `g a`. */
export type Shortcuts = Record<string, () => void>;

/** True where a key belongs to what has the focus: fields that are typed into, and open dialogs or menus. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.matches("input, textarea, select, [contenteditable]") ||
    target.closest("[role=dialog], [role=menu]") !== null
  );
}

type Pressed = { key: string; at: number };

/** The shortcut that a key means: both keys together where two within 1.5 s are one, else the key alone. */
export function nextChord(previous: Pressed | null, key: string, now: number, shortcuts: readonly string[]): string {
  const pair = previous !== null && now - previous.at < 1_500 ? `${previous.key} ${key}` : null;
  return pair !== null && shortcuts.includes(pair) ? pair : key;
}

/** Calls a shortcut's action unless a field is being typed into, a dialog is open, or they are switched off. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const actionFor = useEffectEvent(
    (previous: Pressed | null, key: string, now: number) =>
      shortcuts[nextChord(previous, key, now, Object.keys(shortcuts))],
  );
  useEffect(() => {
    const last: { key: Pressed | null } = { key: null };
    function onKey(event: KeyboardEvent): void {
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        event.defaultPrevented ||
        isTaken(event.target) ||
        !shortcutsEnabled()
      )
        return;
      const action = actionFor(last.key, event.key, event.timeStamp);
      last.key = { key: event.key, at: event.timeStamp };
      if (!action) return;
      event.preventDefault();
      action();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

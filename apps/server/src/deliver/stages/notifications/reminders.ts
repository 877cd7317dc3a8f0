import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { toNumber } from "@gennaker/pipeline-model/coerce.ts";

/** What a judgement's notification is about; the word that `when` lists name. */
export type NotificationState = "manualJudgment" | "manualJudgmentContinue" | "manualJudgmentStop";

/** One thing to tell: the entry of the stage's `notifications` (empty where the stage itself asks for reminders). */
type Due = { index: number; notification: JsonObject; times: number };

/** What is due now, the entries with what was told written into them, and when the next reminder is due. */
export type Reminders = { due: Due[]; notifications: JsonObject[]; told: number; nextInMs: number | null };

const toldKey = "lastNotifiedByNotificationState";
const timesKey = "timesNotifiedByNotificationState";

/**
 * Which notifications of a stage are due for a state, as in Orca: each once, and again each `notifyEveryMs` (its own or
 * the stage's). Entries with a `when` list are for its states only. Pure; times in epoch milliseconds.
 */
export function remindersDue(context: JsonObject, state: NotificationState, now: number): Reminders {
  const written = context["notifications"];
  const every = milliseconds(context["notifyEveryMs"]);
  const listed = Array.isArray(written) ? written.filter(isJsonObject) : [];
  // A stage that only says how often to remind has its reminders told to whoever listens.
  const entries: JsonObject[] = listed.length === 0 && every !== null ? [{}] : listed;
  const due: Due[] = [];
  const next: number[] = [];
  const notifications = entries.map((entry, index) => {
    if (!isFor(entry, state)) return entry;
    const last = numberAt(entry[toldKey], state);
    const own = milliseconds(entry["notifyEveryMs"]) ?? every;
    if (last !== null && (own === null || now < last + own)) {
      if (own !== null) next.push(last + own - now);
      return entry;
    }
    const times = (numberAt(entry[timesKey], state) ?? 0) + 1;
    due.push({ index, notification: entry, times });
    if (own !== null) next.push(own);
    return {
      ...entry,
      [toldKey]: marked(entry[toldKey], state, now),
      [timesKey]: marked(entry[timesKey], state, times),
    };
  });
  const told = Math.max(0, ...notifications.map((entry) => numberAt(entry[timesKey], state) ?? 0));
  return { due, notifications, told, nextInMs: next.length === 0 ? null : Math.min(...next) };
}

/** The words a notification gives for a state; null when it has none of its own. */
export function messageFor(notification: JsonObject, state: NotificationState): string | null {
  const message = notification["message"];
  const own = isJsonObject(message) ? message[state] : null;
  const text = isJsonObject(own) ? own["text"] : null;
  return typeof text === "string" && text !== "" ? text : null;
}

function isFor(entry: JsonObject, state: NotificationState): boolean {
  const when = entry["when"];
  return !Array.isArray(when) || when.length === 0 || when.includes(state);
}

function milliseconds(value: Json | undefined): number | null {
  const read = toNumber(value);
  return typeof read === "number" && read > 0 ? read : null;
}

function numberAt(map: Json | undefined, key: string): number | null {
  const value = isJsonObject(map) ? map[key] : null;
  return typeof value === "number" ? value : null;
}

function marked(map: Json | undefined, key: string, value: number): JsonObject {
  return { ...(isJsonObject(map) ? map : {}), [key]: value };
}

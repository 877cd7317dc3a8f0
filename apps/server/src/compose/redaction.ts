import { GennakerError } from "@gennaker/contract/errors.ts";
import type { StageType, TaskDefinition } from "../engine/api.ts";
import { TaskError } from "../engine/api.ts";
import type { AuditInput, AuditLog } from "../platform/audit/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import type { GateRoute, Handlers } from "../platform/http/api.ts";
import type { Redactor } from "../platform/values/redactor.ts";
import type { Log } from "./log.ts";

/** The same ports, with every known secret taken out of what goes through them. */
export function redactedLog(log: Log, { text, json }: Redactor): Log {
  return (level, message, details) =>
    log(level, text(message), details === undefined ? undefined : cleanDetails(details, json));
}

export function redactedEvents(events: EventLog, { json }: Redactor): EventLog {
  return {
    ...events,
    append: (tx, list) =>
      events.append(
        tx,
        list.map((event) => ({ ...event, data: json(event.data) })),
      ),
  };
}

export function redactedAudit(audit: AuditLog, { json, text }: Redactor): AuditLog {
  const cleaned = (entry: AuditInput): AuditInput => ({
    ...entry,
    resource: text(entry.resource),
    ...(entry.reason === undefined ? {} : { reason: text(entry.reason) }),
    ...(entry.before === undefined ? {} : { before: json(entry.before) }),
    ...(entry.after === undefined ? {} : { after: json(entry.after) }),
  });
  return {
    record: (tx, entry) => audit.record(tx, cleaned(entry)),
    recordAll: (tx, entries) => audit.recordAll(tx, entries.map(cleaned)),
  };
}

/** What a stage's tasks give back is stored in the execution: nothing that a service echoed gets in there. */
export function redactedStage(type: StageType, redactor: Redactor): StageType {
  const { cancel } = type;
  return {
    ...type,
    tasks: (input) => type.tasks(input).map((task) => redactedTask(task, redactor)),
    ...(cancel === undefined
      ? {}
      : { cancel: async (context) => redactor.json(await told(cancel(context), redactor)) }),
  };
}

function redactedTask(task: TaskDefinition, redactor: Redactor): TaskDefinition {
  return {
    ...task,
    run: async (context) => redactor.json(await told(task.run(context), redactor)),
  };
}

async function told<T>(work: Promise<T>, redactor: Redactor): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TaskError)) throw clean(error, redactor);
    const { code, message, details } = error.explanation;
    if (redactor.text(message) === message && (details === undefined || redactor.json(details) === details))
      throw error;
    throw new TaskError(code, redactor.text(message), {
      retryable: error.retryable,
      ...(details === undefined ? {} : { details: redactor.json(details) }),
    });
  }
}

/** Answers to failed requests, of both APIs. */
export function redactedHandlers<H extends Handlers>(handlers: H, redactor: Redactor): H {
  const entries = Object.entries(handlers).map(([name, handler]) => {
    const call = handler as (request: unknown) => Promise<unknown>;
    return [name, async (request: unknown) => await toldAnswer(call(request), redactor)];
  });
  return Object.fromEntries(entries) as H;
}

export function redactedRoutes(routes: readonly GateRoute[], redactor: Redactor): GateRoute[] {
  return routes.map((route) => ({ ...route, handle: (request) => toldAnswer(route.handle(request), redactor) }));
}

async function toldAnswer<T>(work: Promise<T>, redactor: Redactor): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw clean(error, redactor);
  }
}

/** The same error where nothing has to be taken out; another of its kind otherwise, without a cause that could tell. */
function clean(error: unknown, { text, json }: Redactor): unknown {
  if (!(error instanceof Error)) return error;
  const message = text(error.message);
  if (error instanceof GennakerError) {
    const problems = json(error.problems);
    if (message === error.message && problems === error.problems) return error;
    return new GennakerError(error.code, message, { problems });
  }
  if (message === error.message) return error;
  return Object.assign(new Error(message), { name: error.name });
}

function cleanDetails(details: Record<string, unknown>, json: Redactor["json"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => {
      if (value instanceof Error) return [key, json(`${value.name}: ${value.message}`)];
      return [key, typeof value === "object" || typeof value === "string" ? json(value) : value];
    }),
  );
}

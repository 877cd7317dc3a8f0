import { evaluationError } from "../errors.ts";
import { shorten } from "../number-text.ts";
import { methodTable } from "../overload.ts";
import type { Body } from "../overload.ts";
import type { Session } from "../session.ts";
import { fromJson } from "../values.ts";
import type { Value } from "../values.ts";
import { callResolver } from "./data.ts";
import { executionArg } from "./stages.ts";

function text(args: readonly Value[], index: number, name: string): string {
  const value = args[index] ?? null;
  if (typeof value !== "string") throw evaluationError(`#${name} needs a text, not null`);
  return value;
}

function resolver<Name extends keyof Session["resolvers"]>(
  session: Session,
  name: Name,
  called: string,
): NonNullable<Session["resolvers"][Name]> {
  const found = session.resolvers[name];
  if (found === undefined) throw evaluationError(`#${called} has no source for its answer in this evaluation`);
  return found;
}

function pipelineId(args: readonly Value[], called: string, orNull: boolean, session: Session): Value {
  const { data } = executionArg(args, session);
  const name = text(args, 1, called);
  const application = args.length > 2 ? text(args, 2, called) : (data.application ?? null);
  const find = resolver(session, "pipelineId", called);
  const id = callResolver(() => find(name, application));
  if (id === null && !orNull)
    throw evaluationError(`There is no pipeline '${shorten(name)}' in the application '${application}'`);
  return id;
}

const canaryConfig: Body = (_self, args, session) => {
  const name = text(args, 0, "canaryConfigNameToId");
  const application = text(args, 1, "canaryConfigNameToId");
  const find = resolver(session, "canaryConfigNameToId", "canaryConfigNameToId");
  const id = callResolver(() => find(name, application));
  if (id === null)
    throw evaluationError(`There is no canary config '${shorten(name)}' in the application '${application}'`);
  return id;
};

const itemOf = (value: unknown, key: string | number): unknown =>
  value !== null && typeof value === "object" ? (value as Record<string, unknown>)[key] : undefined;

/** The key that the first operation of a stage gave. */
const firstServiceKey = (tasks: unknown): unknown =>
  itemOf(itemOf(itemOf(itemOf(tasks, 0), "resultObjects"), 0), "serviceKey");

/** Functions whose answers come from elsewhere, through callbacks; without one they are errors. */
export const LOOKUP_FUNCTIONS = methodTable({
  "currentUser()": (_self, _args, session) => session.user ?? "anonymous",
  "pipelineId(Object,String)": (_self, args, session) => pipelineId(args, "pipelineId", false, session),
  "pipelineIdOrNull(Object,String)": (_self, args, session) => pipelineId(args, "pipelineIdOrNull", true, session),
  "pipelineIdInApplication(Object,String,String)": (_self, args, session) =>
    pipelineId(args, "pipelineIdInApplication", true, session),
  "canaryConfigNameToId(String,String)": canaryConfig,
  "applicationMetadata(String)": (_self, args, session) => {
    const read = resolver(session, "applicationMetadata", "applicationMetadata");
    return fromJson(callResolver(() => read(text(args, 0, "applicationMetadata"))));
  },
  "cfServiceKey(Object,String)": (_self, args, session) => {
    const { stages } = executionArg(args, session);
    const name = text(args, 1, "cfServiceKey");
    const made = stages.find(
      (stage) =>
        stage.type === "createServiceKey" && stage.status === "SUCCEEDED" && (stage.name === name || stage.id === name),
    );
    return fromJson(firstServiceKey(made?.context?.["kato.tasks"]) ?? {});
  },
  "fetchReference(String)": (_self, args, session) => {
    const reference = args[0] ?? null;
    const read = session.resolvers.fetchReference;
    return read === undefined || typeof reference !== "string" ? reference : callResolver(() => read(reference));
  },
});

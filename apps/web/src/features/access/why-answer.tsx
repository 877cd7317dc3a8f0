import { useQuery } from "@tanstack/react-query";
import { useI18n } from "../../i18n/provider.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import type { Asked } from "./resource.ts";

/** Whether somebody may do something, with the rule that says so. */
export function WhyAnswer({ asked, user }: { asked: Asked; user?: string }) {
  const { t, said } = useI18n();
  const query = useQuery({
    queryKey: [...keys.access, "explain", user ?? "", asked.verb, asked.resource],
    queryFn: ({ signal }) =>
      api.call("explainAccess", { query: { ...asked, ...(user === undefined ? {} : { user }) }, signal }),
  });
  return (
    <QueryView query={query}>
      {({ allowed, because, roles, user: whom }) => (
        <div aria-live="polite">
          <MarkText look={allowed ? { tone: "ok", shape: "check" } : { tone: "bad", shape: "cross" }}>
            {allowed
              ? t.access.why.may(whom, t.access.verbs[asked.verb], asked.resource)
              : t.access.why.mayNot(whom, t.access.verbs[asked.verb], asked.resource)}
          </MarkText>
          <ul>
            {because.map(({ text }) => (
              <li key={text}>{said(text)}</li>
            ))}
          </ul>
          <p className="muted">{t.access.withRoles(roles.join(", "))}</p>
          {allowed ? null : <p className="muted">{t.access.why.next}</p>}
        </div>
      )}
    </QueryView>
  );
}

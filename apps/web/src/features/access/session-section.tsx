import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import styles from "./access.module.css";
import { sessionsQuery } from "./queries.ts";

/** Open sessions of somebody, each with a way to end it. */
export function SessionSection({ user }: { user: string }) {
  const { t, format } = useI18n();
  const texts = t.access.sessions;
  const queries = useQueryClient();
  const query = useQuery(sessionsQuery(user));
  const end = useMutation({
    mutationFn: (session: string) => api.call("endSession", { params: { session } }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.access }),
  });
  return (
    <section className={styles["section"]} aria-label={texts.title}>
      <h2>{texts.title}</h2>
      {end.error ? <ErrorBox error={end.error} /> : null}
      <QueryView query={query}>
        {(sessions) =>
          sessions.length === 0 ? (
            <p className="muted">{texts.none}</p>
          ) : (
            <ScrollRegion className={styles["table"]} label={t.access.table(texts.title)}>
              <table>
                <thead>
                  <tr>
                    {[texts.from, texts.method, texts.seen, texts.until].map((title) => (
                      <th key={title} scope="col">
                        {title}
                      </th>
                    ))}
                    <td>{null}</td>
                  </tr>
                </thead>
                <tbody>
                  {sessions.map((session) => (
                    <tr key={session.id}>
                      <td title={session.userAgent ?? ""}>{session.address ?? "–"}</td>
                      <td>{session.method}</td>
                      <td>
                        <Ago time={session.seenAt} />
                      </td>
                      <td>{format.dateTime(session.expiresAt)}</td>
                      <td>
                        <Button
                          size="compact-xs"
                          variant="default"
                          aria-label={texts.endOf(session.address ?? session.id)}
                          onClick={() => end.mutate(session.id)}
                        >
                          {texts.end}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          )
        }
      </QueryView>
    </section>
  );
}

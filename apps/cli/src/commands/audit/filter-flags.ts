import { flag } from "../../command.ts";
import { proposeApplications } from "../../completion/propose.ts";

export type FilterFlags = {
  application?: string;
  resource?: string;
  actor?: string;
  action?: string;
  outcome?: string;
  from?: string;
  to?: string;
  text?: string;
};

export const filterFlags = {
  application: { ...flag.text("Only of this application", "NAME"), proposeCompletions: proposeApplications },
  resource: flag.text("Only about this, e.g. execution/ID; pipeline/* for all of a kind", "RESOURCE"),
  actor: flag.text("Only by this person or token owner, or on their behalf", "NAME"),
  action: flag.text("Only this, e.g. pipeline.update; pipeline.* for all of a kind", "ACTION"),
  outcome: flag.text("Only done, denied or failed", "OUTCOME"),
  from: flag.text("Not before this time: 2026-05-04, 2026-05-04T10:20:30Z, or 90m, 12h, 7d ago", "TIME"),
  to: flag.text("Before this time", "TIME"),
  text: flag.text("With this text in a name, the reason, before or after", "TEXT"),
};

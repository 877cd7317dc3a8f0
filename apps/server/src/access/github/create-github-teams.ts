import type { Outgoing } from "../../platform/outgoing/api.ts";
import type { GroupSource } from "../groups/api.ts";
import { checkedGroups } from "../groups/api.ts";
import type { GithubSettings } from "../settings/api.ts";
import { createPages } from "./pages.ts";

type Members = { members: ReadonlySet<string>; teams: ReadonlyMap<string, ReadonlySet<string>>; until: number };

/**
 * Teams of an organization as groups: each by its slug, and the organization itself. GitHub counts members of child teams
 * to their parents. Everybody's teams are read together and kept for `refreshMinutes`, as each question counts.
 */
export function createGithubTeams(
  settings: GithubSettings,
  outgoing: Pick<Outgoing, "send">,
  now = Date.now,
): GroupSource {
  const pages = createPages(settings, outgoing, now);
  const organization = encodeURIComponent(settings.organization);
  let held: Members | null = null;
  let reading: Promise<Members> | null = null;

  async function read(): Promise<Members> {
    const members = await pages.read(`/orgs/${organization}/members`, "login");
    const teams = new Map<string, ReadonlySet<string>>();
    for (const slug of await pages.read(`/orgs/${organization}/teams`, "slug")) {
      const path = `/orgs/${organization}/teams/${encodeURIComponent(slug)}/members`;
      teams.set(slug, new Set((await pages.read(path, "login")).map(lower)));
    }
    held = { members: new Set(members.map(lower)), teams, until: now() + settings.refreshMinutes * 60_000 };
    return held;
  }

  async function current(): Promise<Members> {
    if (held !== null && held.until > now()) return held;
    reading ??= read().finally(() => (reading = null));
    return reading;
  }

  return {
    name: "github",
    refreshMinutes: settings.refreshMinutes,
    keepMinutes: settings.keepMinutes,
    people: settings.people,
    async groupsOf({ key, name }) {
      const { members, teams } = await current();
      const login = lower(settings.logins[key] ?? name);
      const groups = [...teams].filter(([, logins]) => logins.has(login)).map(([slug]) => slug);
      if (members.has(login)) groups.push(settings.organization.toLowerCase());
      // Whoever is not there is in no team; that does not make them unknown here.
      return { groups: checkedGroups("GitHub", groups) };
    },
  };
}

function lower(login: string): string {
  return login.toLowerCase();
}

import type { Outgoing, OutgoingAnswer } from "../../platform/outgoing/api.ts";
import { OutgoingError } from "../../platform/outgoing/api.ts";
import { GroupSourceError } from "../groups/api.ts";
import type { GithubSettings } from "../settings/api.ts";

const perPage = 100;
const mostPages = 1_000;
const maxBytes = 4_000_000;

type Page = { tag: string; values: readonly string[]; next: string | null };

export type Pages = {
  /** One text field of every entry of a list, over all its pages. Rejects with GroupSourceError. */
  read(path: string, field: string): Promise<string[]>;
};

/** Lists of GitHub's REST API. Pages that did not change are not sent again, and do not count against its limit. */
export function createPages(settings: GithubSettings, outgoing: Pick<Outgoing, "send">, now: () => number): Pages {
  const base = settings.url.replace(/\/+$/, "");
  const kept = new Map<string, Page>();
  let limitedUntil = 0;

  async function page(url: string, field: string): Promise<Page> {
    if (limitedUntil > now()) throw limited();
    const before = kept.get(url);
    const answer = await ask(url, before?.tag);
    if (answer.status === 304 && before !== undefined) return before;
    if (isLimited(answer)) {
      limitedUntil = now() + waitMs(answer, now());
      throw limited();
    }
    if (answer.status !== 200) throw new GroupSourceError(`GitHub (${base}) ${wordsFor(answer.status, settings)}.`);
    const found = {
      tag: answer.headers["etag"] ?? "",
      values: valuesOf(answer, field),
      next: nextOf(answer.headers["link"], base),
    };
    if (found.tag !== "") kept.set(url, found);
    return found;
  }

  async function ask(url: string, tag: string | undefined): Promise<OutgoingAnswer> {
    try {
      return await outgoing.send({
        purpose: "oidc",
        method: "GET",
        url,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${settings.token}`,
          "user-agent": "gennaker",
          "x-github-api-version": "2022-11-28",
          ...(tag === undefined || tag === "" ? {} : { "if-none-match": tag }),
        },
        body: null,
        timeoutMs: settings.timeoutSeconds * 1_000,
        maxBytes,
        signal: AbortSignal.timeout(settings.timeoutSeconds * 1_000),
        configured: true,
      });
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error;
      throw new GroupSourceError(`GitHub (${base}) cannot be asked: ${error.message}`, error);
    }
  }

  function limited(): GroupSourceError {
    return new GroupSourceError(
      `GitHub (${base}) takes no more questions until ${new Date(limitedUntil).toISOString()}.`,
    );
  }

  return {
    async read(path, field) {
      const values: string[] = [];
      let url: string | null = `${base}${path}?per_page=${perPage}`;
      for (let count = 0; url !== null; count += 1) {
        if (count >= mostPages)
          throw new GroupSourceError(`GitHub (${base}) tells more than ${mostPages} pages of ${path}.`);
        const found: Page = await page(url, field);
        values.push(...found.values);
        url = found.next;
      }
      return values;
    },
  };
}

/** The address of the next page; only on the same server, as the token goes with it. Throws where it is elsewhere. */
export function nextOf(link: string | undefined, base: string): string | null {
  for (const [, url = "", parameters = ""] of (link ?? "").matchAll(/<([^>]*)>([^,]*)/g)) {
    if (!/;\s*rel="?([^"]*\s)?next(\s[^"]*)?"?/.test(parameters)) continue;
    if (!URL.canParse(url) || new URL(url).origin !== new URL(base).origin)
      throw new GroupSourceError(`GitHub (${base}) names a next page on another server, which is not asked.`);
    return url;
  }
  return null;
}

/** The hourly limit (403 or 429 without anything left) and the secondary ones (`retry-after`). */
function isLimited({ status, headers }: OutgoingAnswer): boolean {
  if (status === 429) return true;
  return status === 403 && (headers["x-ratelimit-remaining"] === "0" || headers["retry-after"] !== undefined);
}

function waitMs({ headers }: OutgoingAnswer, now: number): number {
  const after = Number(headers["retry-after"]);
  if (Number.isFinite(after) && after > 0) return Math.min(after, 3_600) * 1_000;
  const reset = Number(headers["x-ratelimit-reset"]) * 1_000;
  return Number.isFinite(reset) && reset > now ? Math.min(reset - now, 3_600_000) : 60_000;
}

function wordsFor(status: number, { organization }: GithubSettings): string {
  if (status === 401) return "does not take access.github.token";
  if (status === 403) return "does not let access.github.token read members and teams (it needs read:org)";
  if (status === 404) return `has no organization ${organization} that access.github.token may see`;
  return `answers with status ${status}`;
}

function valuesOf({ body, truncated }: OutgoingAnswer, field: string): string[] {
  let list: unknown = null;
  try {
    list = truncated ? null : JSON.parse(body);
  } catch {
    // Told below.
  }
  if (!Array.isArray(list)) throw new GroupSourceError("GitHub answers with something that is no list.");
  return list.flatMap((entry: unknown) => {
    const value = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>)[field] : undefined;
    return typeof value === "string" && value !== "" ? [value] : [];
  });
}

/**
 * The `Cookie` header for an address: from Netscape's cookie file (seven fields between tabs, as browsers' tools and curl
 * write it), or, where there is no such line, the text itself.
 */
export function cookieHeader(text: string, url: URL, now: number): string {
  const lines = text.split(/\r?\n/);
  const fields = lines.flatMap((line) => {
    const parts = line.replace(/^#HttpOnly_/, "").split("\t");
    return parts.length === 7 && !parts[0]?.startsWith("#") ? [parts] : [];
  });
  if (fields.length === 0)
    return text
      .replace(/^cookie:\s*/i, "")
      .replaceAll(/\s*[\r\n]+\s*/g, "; ")
      .replace(/(; )+$/, "")
      .trim();
  return fields
    .filter(([domain = "", subdomains = "", path = "/", secure = "", expires = "0"]) => {
      const host = domain.replace(/^\./, "").toLowerCase();
      const ofHost =
        url.hostname === host || (subdomains.toUpperCase() === "TRUE" && url.hostname.endsWith(`.${host}`));
      const current = expires === "0" || Number(expires) * 1_000 > now;
      return (
        ofHost &&
        current &&
        (secure.toUpperCase() !== "TRUE" || url.protocol === "https:") &&
        url.pathname.startsWith(path === "/" ? "/" : path)
      );
    })
    .map(([, , , , , name, value]) => `${name ?? ""}=${value ?? ""}`)
    .join("; ");
}

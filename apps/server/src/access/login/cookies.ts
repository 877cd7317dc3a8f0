/** Cookies of a session: the secret one for the browser only, and the CSRF token that pages read. */
export function sessionCookieHeaders(
  { secret, csrf, expiresAt }: { secret: string; csrf: string; expiresAt: Date },
  secure: boolean,
): string[] {
  const seconds = Math.max(0, Math.round((expiresAt.getTime() - Date.now()) / 1_000));
  const rest = `Path=/; SameSite=Lax; Max-Age=${seconds}${secure ? "; Secure" : ""}`;
  return [`${sessionCookieName(secure)}=${secret}; HttpOnly; ${rest}`, `gennaker_csrf=${csrf}; ${rest}`];
}

export function clearedCookieHeaders(secure: boolean): string[] {
  const rest = `Path=/; SameSite=Lax; Max-Age=0${secure ? "; Secure" : ""}`;
  return [`${sessionCookieName(secure)}=; HttpOnly; ${rest}`, `gennaker_csrf=; ${rest}`];
}

/** `__Host-` binds the cookie to this host and to TLS, where there is TLS. */
function sessionCookieName(secure: boolean): string {
  return secure ? "__Host-gennaker" : "gennaker_session";
}

/** A path of this server to go on to; anything that could lead elsewhere becomes the UI's start. */
export function localPath(next: unknown): string {
  if (typeof next !== "string" || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next) || next.includes("\\")) return "/ui/";
  return next.startsWith("/ui/login") ? "/ui/" : next;
}

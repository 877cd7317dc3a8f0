import { createHash, randomBytes } from "node:crypto";

/** What stands in the built page where each answer has a value of its own. */
const place = "gennaker-csp-nonce";

/**
 * A page of the UI with its policy: scripts are files of this server only, and styles too, save those that the page's own
 * scripts make with the value that only this answer has. No style and no script in its text is taken.
 */
export function withPolicy(html: string): { html: string; policy: string } {
  const nonce = randomBytes(16).toString("base64");
  const policy =
    `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; ` +
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
  return { html: html.replaceAll(place, nonce), policy };
}

/** A worker goes by the policy of its own file. */
export const assetPolicy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const style = "body{font:16px system-ui;margin:4rem auto;max-width:36rem;color-scheme:light dark}";
export const waitingPolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'`;

/** Shown while the UI is built; loads itself again. */
export function waitingPage(state: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Gennaker</title>
<style>${style}</style></head><body><h1>Gennaker</h1><p>${state}</p><p>The API is ready meanwhile; this page loads by itself.</p></body></html>`;
}

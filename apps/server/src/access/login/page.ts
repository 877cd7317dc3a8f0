import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import type { Language } from "./texts.ts";

const style =
  "body{font:16px/1.5 system-ui,sans-serif;margin:0;background:Canvas;color:CanvasText;color-scheme:light dark}" +
  "main{max-width:22rem;margin:4rem auto;padding:0 1rem}h1{font-size:1.4rem}label{display:block;margin:1rem 0 .25rem}" +
  "input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid;border-radius:.25rem}" +
  "button,.button{font:inherit;display:inline-block;margin:1.25rem .5rem 0 0;padding:.5rem 1rem;border:1px solid;border-radius:.25rem;cursor:pointer}" +
  "[role=alert]{border-left:.25rem solid;padding:.5rem 1rem;margin:1rem 0}";
const styleHash = createHash("sha256").update(style).digest("base64");

/** No script at all; the one style by its hash; forms go only here. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

type Field = {
  name: string;
  label?: string;
  type: "text" | "password" | "hidden";
  value?: string;
  autocomplete?: string;
};

export type Page = {
  language: Language;
  title: string;
  /** What went wrong, read out at once. */
  alert?: string | undefined;
  paragraphs?: readonly string[];
  form?: { action: string; fields: readonly Field[]; buttons: readonly { label: string; value?: string }[] };
  link?: { href: string; label: string } | undefined;
};

/** A whole page without scripts, usable by keyboard and screen reader. */
function pageText(page: Page): string {
  const parts = [
    `<h1>${escape(page.title)}</h1>`,
    page.alert === undefined ? "" : `<p role="alert">${escape(page.alert)}</p>`,
    ...(page.paragraphs ?? []).map((text) => `<p>${escape(text)}</p>`),
    page.form === undefined ? "" : formText(page.form),
    page.link === undefined
      ? ""
      : `<p><a class="button" href="${escape(page.link.href)}">${escape(page.link.label)}</a></p>`,
  ];
  return (
    `<!doctype html><html lang="${page.language}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(page.title)} – Gennaker</title>` +
    `<style>${style}</style></head><body><main>${parts.join("")}</main></body></html>`
  );
}

function formText({ action, fields, buttons }: NonNullable<Page["form"]>): string {
  const inputs = fields.map(({ name, label, type, value, autocomplete }) => {
    const kept = value === undefined ? "" : ` value="${escape(value)}"`;
    if (type === "hidden") return `<input type="hidden" name="${name}"${kept}>`;
    const complete = autocomplete === undefined ? "" : ` autocomplete="${autocomplete}"`;
    return `<label for="${name}">${escape(label ?? name)}</label><input id="${name}" name="${name}" type="${type}" required${kept}${complete}>`;
  });
  const ends = buttons.map(({ label, value }) =>
    value === undefined
      ? `<button type="submit">${escape(label)}</button>`
      : `<button type="submit" name="answer" value="${escape(value)}">${escape(label)}</button>`,
  );
  return `<form method="post" action="${escape(action)}">${inputs.join("")}${ends.join("")}</form>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  return reply
    .status(status)
    .headers({
      "content-security-policy": policy,
      "cache-control": "no-store",
      // Without any, browsers would send their forms as if they came from nowhere (Origin: null).
      "referrer-policy": "same-origin",
      "x-frame-options": "DENY",
    })
    .type("text/html; charset=utf-8")
    .send(pageText(page));
}

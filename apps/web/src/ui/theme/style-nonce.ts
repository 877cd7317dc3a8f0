/** The value with which this page's scripts may make styles: each answer of the server has another. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

/** Libraries that add styles while a dialog is open look for the value here. */
export function takeStyleNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}

/** For answers that are data: nothing in them is run, shown in a frame, or read by pages of other sites. */
const common = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "x-permitted-cross-domain-policies": "none",
} as const;

const twoYears = 63_072_000;

/** Headers of every answer; pages put a policy of their own in place of the one for data. `encrypted`: over TLS. */
export function securityHeaders(encrypted: boolean): Readonly<Record<string, string>> {
  return encrypted ? { ...common, "strict-transport-security": `max-age=${twoYears}` } : common;
}

/** What a request carries to prove who asks. A certificate and its key are PEM texts. */
export type CredentialMaterial = {
  headers: Readonly<Record<string, string>>;
  certificate?: { cert: string; key: string };
};

/** One way to log in. Secrets stay inside: `description` is safe to show. */
export type Credentials = {
  description: string;
  /** The material to use now; renews what has expired. Throws `KubeError` with reason `BadCredentials`. */
  current(): Promise<CredentialMaterial>;
  /** The server answered 401: forget what is cached. True where asking again can bring something new. */
  invalidate(): boolean;
};

export type Impersonation = { user?: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> };

/** Everything needed to talk to one API server as one user. */
export type KubeConnection = {
  /** The context's name, for people. */
  name: string;
  /** `https://host:port/prefix`, without a slash at its end. */
  server: string;
  /** The namespace for objects that name none. */
  namespace: string;
  /** PEM texts; null: the system's own authorities. */
  ca: string | null;
  insecureSkipTlsVerify: boolean;
  tlsServerName: string | null;
  /** `http:`, `https:` or `socks5:` address of a proxy. */
  proxyUrl: string | null;
  impersonate: Impersonation | null;
  credentials: Credentials;
};

/** What a request is for. Each purpose has its own allow and deny lists, and shares no connection with another. */
export const purposes = [
  "webhook",
  "expression",
  "artifact",
  "import",
  "notification",
  "trigger",
  "oidc",
  "metrics",
  "secrets",
  "cloud",
  "audit",
] as const;
export type Purpose = (typeof purposes)[number];

export type OutgoingRequest = {
  purpose: Purpose;
  method: string;
  /** http or https. A user and password in it become a Basic authorization where no other is given. */
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array | null;
  /** For the whole exchange, from the look-up of the name to the last byte. */
  timeoutMs: number;
  maxBytes: number;
  signal: AbortSignal;
  /** How many redirects are followed; 0 unless said. Each is checked like the first address. */
  redirects?: number;
  /**
   * True when the operator wrote the address into the configuration: loopback and private addresses are then called.
   * Addresses from pipelines, triggers and answers are never `configured`.
   */
  configured?: boolean;
  /** The name of a client certificate of the configuration, for mutual TLS. */
  clientCertificate?: string;
  /** The application on whose behalf it is sent; it decides which secrets the request may refer to. */
  application?: string;
};

/** Header names are lower-case. A body longer than `maxBytes` is cut and `truncated`. */
export type OutgoingAnswer = { status: number; headers: Record<string, string>; body: string; truncated: boolean };

/** The body is read once, to its end or given up by leaving the loop; longer than `maxBytes` it throws `tooLong`. */
export type OutgoingStream = {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  /** Ends the exchange when the body is not wanted. */
  cancel(): void;
};

/**
 * The checked addresses to connect to and no others (none with a proxy, which looks names up itself), the proxy with its
 * credentials, and the trusted certificates in PEM where there are more than the system's.
 */
export type OutgoingRoute = { addresses: string[]; proxy: string | null; ca: string | null };

export type Outgoing = {
  send(request: OutgoingRequest): Promise<OutgoingAnswer>;
  /** The same exchange with the body as a stream, for what need not fit into memory. */
  open(request: OutgoingRequest): Promise<OutgoingStream>;
  /** What another program (git, helm) must be told so that it stays within the guard. Rejects like `send`. */
  route(target: Pick<OutgoingRequest, "purpose" | "url" | "configured">): Promise<OutgoingRoute>;
  close(): Promise<void>;
};

/** Where to open a plain connection: for protocols that are not HTTP. */
export type SocketTarget = {
  purpose: Purpose;
  protocol: "tcp" | "tls" | "udp";
  host: string;
  port: number;
  /** As in OutgoingRequest. */
  configured?: boolean;
  clientCertificate?: string;
  timeoutMs: number;
  signal: AbortSignal;
};

/** A connection that is only written to. */
export type OutgoingSocket = {
  /** Resolves when the bytes were handed to the network. Rejects with OutgoingError when the other side has gone. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
};

/** Opens connections to checked addresses and no others. Rejects with OutgoingError. */
export type OpenSocket = (target: SocketTarget) => Promise<OutgoingSocket>;

/**
 * `refused`: the guard does not allow the address. `address`: no usable URL. `unresolved`: the name is unknown.
 * `unreachable`: no connection, or it broke. `tls`: the certificate. `timeout`, `tooLong`, `redirect`. `request`: what
 * was asked cannot be sent, e.g. a header with a line break.
 */
export type OutgoingFault =
  | "refused"
  | "address"
  | "unresolved"
  | "unreachable"
  | "tls"
  | "timeout"
  | "tooLong"
  | "redirect"
  | "request";

/** Why there is no answer. The sentence names scheme, host and port at most: paths, queries and headers may be secret. */
export class OutgoingError extends Error {
  readonly fault: OutgoingFault;
  /** True when the same request may succeed later. */
  readonly retryable: boolean;

  constructor(fault: OutgoingFault, message: string) {
    super(message);
    this.name = "OutgoingError";
    this.fault = fault;
    this.retryable = fault === "unreachable" || fault === "timeout" || fault === "unresolved";
  }
}

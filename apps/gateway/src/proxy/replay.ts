import type { Socket } from "node:net";

/** Bodies up to this size can be sent again to another instance. */
const maxReplayBytes = 65_536;

type Piece = Buffer | string;

/** Sends a request and remembers its body, framed as sent, as long as it is small enough to be sent again. */
export interface Replay {
  /** Everything sent so far is remembered. */
  readonly complete: boolean;
  clear(): void;
  /** Sends the head and what is remembered of the body. */
  start(socket: Socket, head: string, bodyFollows: boolean): void;
  /** Sends payload; false when the socket is full. */
  payload(socket: Socket | undefined, payload: Buffer, chunked: boolean): boolean;
  /** Sends framing text. */
  text(socket: Socket | undefined, text: string): void;
  pieces(): readonly Piece[];
}

export function createReplay(): Replay {
  let pieces: Piece[] = [];
  let bytes = 0;
  let complete = true;

  const remember = (piece: Piece): void => {
    if (!complete) return;
    bytes += piece.length;
    if (bytes <= maxReplayBytes) pieces.push(piece);
    else {
      complete = false;
      pieces = [];
    }
  };

  const send = (socket: Socket, piece: Piece): boolean =>
    typeof piece === "string" ? socket.write(piece, "latin1") : socket.write(piece);

  return {
    get complete() {
      return complete;
    },
    clear: () => {
      if (pieces.length > 0) pieces = [];
      bytes = 0;
      complete = true;
    },
    start: (socket, head, bodyFollows) => {
      if (!bodyFollows && pieces.length === 0) {
        socket.write(head, "latin1");
        return;
      }
      // The body usually arrives with the head: held back for this turn, both leave in one write.
      socket.cork();
      socket.write(head, "latin1");
      for (const piece of pieces) send(socket, piece);
      process.nextTick(() => socket.uncork());
    },
    payload: (socket, payload, chunked) => {
      if (!chunked) {
        remember(payload);
        return socket ? socket.write(payload) : true;
      }
      const size = `${payload.length.toString(16)}\r\n`;
      let room = true;
      for (const piece of [size, payload, "\r\n"]) {
        remember(piece);
        if (socket) room = send(socket, piece);
      }
      return room;
    },
    text: (socket, text) => {
      remember(text);
      socket?.write(text, "latin1");
    },
    pieces: () => pieces,
  };
}

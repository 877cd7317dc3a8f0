import net from "node:net";

/** Answers every request head on argv[2] with the same few bytes: as little work as Node can do. */
const body = "hello from an instance that does nothing else\n";
const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

net
  .createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (piece: Buffer) => {
      // The gateway sends one request at a time and its heads fit one segment on the loopback interface.
      if (piece.toString("latin1").endsWith("\r\n\r\n")) socket.write(answer, "latin1");
    });
  })
  .listen(Number(process.argv[2]), "127.0.0.1");

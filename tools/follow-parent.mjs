// Loaded before a program that the bootstrap started: ends it when the bootstrap is gone, even by kill -9, so that
// killing `./gennaker serve` never leaves a server behind that nobody sees.
import { Socket } from "node:net";

const fd = Number(process.env.GENNAKER_PARENT_FD);
delete process.env.GENNAKER_PARENT_FD;
if (Number.isInteger(fd) && fd > 2) {
  const pipe = new Socket({ fd, readable: true, writable: false });
  pipe.on("error", () => process.exit(1));
  pipe.on("end", () => process.kill(process.pid, "SIGKILL"));
  pipe.resume();
  pipe.unref();
}

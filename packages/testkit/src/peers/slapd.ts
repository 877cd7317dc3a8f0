import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createTestAuthority } from "../fakes/kube-api/certificates.ts";

export type SlapdPeer = {
  /** `ldap://127.0.0.1:PORT`, which takes StartTLS, and `ldaps://127.0.0.1:PORT`. */
  plainUrl: string;
  secureUrl: string;
  base: string;
  rootDn: string;
  rootPassword: string;
  /** A file with the certificate of the authority that signed the server's. */
  ca: string;
  /** Ends the process; `start` begins it again with the same data. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes everything. */
  close(): Promise<void>;
};

const places = ["/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/libexec"];
const modulePlaces = ["/usr/lib/ldap", "/usr/lib64/openldap", "/usr/lib/openldap", "/usr/local/libexec/openldap"];
const schemaPlaces = ["/etc/ldap/schema", "/etc/openldap/schema", "/usr/local/etc/openldap/schema"];

/** OpenLDAP's server on this machine; null where it is not installed. */
export function findSlapd(): { program: string; modules: string; schema: string } | null {
  const paths = [...(process.env["PATH"] ?? "").split(delimiter), ...places];
  const program = paths.map((path) => join(path, "slapd")).find((path) => existsSync(path));
  const modules = modulePlaces.find(
    (path) => existsSync(join(path, "back_mdb.so")) || existsSync(join(path, "back_mdb.la")),
  );
  const schema = schemaPlaces.find((path) => existsSync(join(path, "core.schema")));
  return program === undefined || modules === undefined || schema === undefined ? null : { program, modules, schema };
}

/** A real OpenLDAP on free loopback ports with a configuration and data of its own; `settings` are more lines of its file. */
export async function startSlapd(settings: readonly string[] = []): Promise<SlapdPeer> {
  const found = findSlapd();
  if (found === null) throw new Error("slapd is not installed (Debian: slapd)");
  const directory = mkdtempSync(join(tmpdir(), "gennaker-slapd-"));
  const authority = createTestAuthority();
  const issued = authority.issue({ commonName: "ldap.test", ips: ["127.0.0.1"], names: ["localhost"] });
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const [ca, cert, key] = [file("ca.pem", authority.ca), file("cert.pem", issued.cert), file("key.pem", issued.key)];
  mkdirSync(join(directory, "data"));
  const [base, rootDn, rootPassword] = ["dc=test", "cn=root,dc=test", "the-root-password"];
  const configuration = file(
    "slapd.conf",
    [
      ...["core", "cosine", "nis", "inetorgperson"].map((name) => `include ${join(found.schema, `${name}.schema`)}`),
      `modulepath ${found.modules}`,
      "moduleload back_mdb",
      `TLSCACertificateFile ${ca}`,
      `TLSCertificateFile ${cert}`,
      `TLSCertificateKeyFile ${key}`,
      "TLSVerifyClient never",
      "database mdb",
      `suffix "${base}"`,
      `rootdn "${rootDn}"`,
      `rootpw ${rootPassword}`,
      `directory ${join(directory, "data")}`,
      "maxsize 104857600",
      "access to attrs=userPassword by anonymous auth by * none",
      "access to * by users read by anonymous none",
      ...settings,
      "",
    ].join("\n"),
  );
  const [plain, secure] = [await freePort(), await freePort()];
  const [plainUrl, secureUrl] = [`ldap://127.0.0.1:${plain}`, `ldaps://127.0.0.1:${secure}`];
  let ended: Promise<void> = Promise.resolve();
  let end = () => {};

  async function start(): Promise<void> {
    const args = ["-d", "0", "-f", configuration, "-h", `${plainUrl}/ ${secureUrl}/`];
    const child = spawn(found?.program ?? "", args, { stdio: ["ignore", "ignore", "pipe"] });
    let told = "";
    child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
    let exited = false;
    ended = new Promise((resolve) => child.once("exit", () => resolve((exited = true) as never)));
    end = () => void child.kill("SIGTERM");
    for (let tries = 0; tries < 200 && !(await listens(plain)); tries += 1) {
      if (exited) throw new Error(`slapd ended: ${told}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  async function stop(): Promise<void> {
    end();
    await ended;
  }
  await start();
  return {
    plainUrl,
    secureUrl,
    base,
    rootDn,
    rootPassword,
    ca,
    start,
    stop,
    async close() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve((socket.destroy(), true)));
    socket.once("error", () => resolve(false));
  });
}

import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { root } from "../run-step.ts";
import { makeRelease, verifyRelease } from "./release.ts";
import { newKeys } from "./signature.ts";

const usage = [
  "node tools/release/main.ts key PRIVATE.pem PUBLIC.pem          makes a pair of keys",
  "node tools/release/main.ts make COMMIT PRIVATE.pem DIRECTORY   makes and signs the artefacts of a release",
  "node tools/release/main.ts verify DIRECTORY PUBLIC.pem         checks them",
].join("\n");

function main([command, ...args]: readonly string[]): number {
  const [one = "", two = "", three = ""] = args;
  if (command === "key" && args.length === 2) {
    const { privateKey, publicKey } = newKeys();
    // `wx`: a key that is lost cannot be made again, so none is written over.
    writeFileSync(one, privateKey, { mode: 0o600, flag: "wx" });
    chmodSync(one, 0o600);
    writeFileSync(two, publicKey, { flag: "wx" });
    return 0;
  }
  if (command === "make" && args.length === 3) {
    for (const file of makeRelease(root, one, readFileSync(two, "utf8"), three)) console.log(file);
    return 0;
  }
  if (command === "verify" && args.length === 2) {
    const found = verifyRelease(one, readFileSync(two, "utf8"));
    console.log(found.length === 0 ? `${one} is as it was signed.` : found.join("\n"));
    return found.length === 0 ? 0 : 1;
  }
  console.error(usage);
  return 2;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`release: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}

import type { KubeError } from "@gennaker/kube-client/errors.ts";

/** A stable code, and what happened with what to do. `mendable`: it may pass by itself, but most often somebody has to act. */
export type ClusterWords = { code: string; message: string; mendable: boolean };

/** The failures that people meet most often in deploys, by the server's own words. */
const known: readonly { said: RegExp; code: string; words(match: RegExpExecArray): string; mendable?: true }[] = [
  {
    said: /failed calling webhook "([^"]+)"/,
    code: "webhookFailed",
    words: ([, name = ""]) =>
      `The admission webhook ${name} of the cluster did not answer: mend or remove it, or set its failurePolicy to Ignore.`,
    mendable: true,
  },
  {
    said: /admission webhook "([^"]+)" denied the request/,
    code: "webhookDenied",
    words: ([, name = ""]) =>
      `Change the manifest as the webhook ${name} of the cluster asks, or ask those who run it.`,
  },
  {
    said: /ValidatingAdmissionPolicy '([^']+)'/,
    code: "policyDenied",
    words: ([, name = ""]) => `Change the manifest as the admission policy ${name} of the cluster asks.`,
  },
  {
    said: /in namespace (\S+?) because it is being terminated/,
    code: "namespaceTerminating",
    words: ([, name = ""]) =>
      `The namespace ${name} is being deleted: wait until it is gone, then deploy it and what is in it anew.`,
  },
  {
    said: /namespaces "([^"]+)" not found/,
    code: "namespaceMissing",
    words: ([, name = ""]) => `There is no namespace ${name}: deploy it before, or in the same stage.`,
  },
  {
    said: /exceeded quota: ([^,]+)/,
    code: "quota",
    words: ([, name = ""]) => `The quota ${name} of the namespace is used up: ask for more, or deploy less.`,
  },
  {
    said: /field is immutable/,
    code: "immutable",
    words: () =>
      "The object must be made anew for this change: give the manifest the annotation strategy.spinnaker.io/recreate " +
      '"true", or another name.',
  },
  {
    said: /request is too large|entity too large|limit is \d+|trying to send message larger/i,
    code: "tooLarge",
    words: () => "A cluster stores objects of about 1.5 MB at most: split it, or keep large files elsewhere.",
  },
  {
    said: /cannot (\w+) resource "([^"]+)"(?: in API group "([^"]*)")?/,
    code: "forbidden",
    words: ([, verb = "", resource = "", group = ""]) =>
      `The login of the account may not ${verb} ${resource}${group === "" ? "" : `.${group}`}: give it the right by a Role ` +
      "and RoleBinding, or a ClusterRole and ClusterRoleBinding for cluster-wide kinds.",
  },
];

/** What a cluster said, with what to do in the words of somebody who deploys. */
export function clusterWords(error: KubeError): ClusterWords {
  for (const { said, code, words, mendable } of known) {
    const match = said.exec(error.serverMessage);
    if (match !== null)
      return { code, message: `${withoutStop(error.serverMessage)}. ${words(match)}`, mendable: mendable === true };
  }
  const { reason } = error;
  return {
    code: reason === "" ? "failed" : `${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
    message: error.message,
    mendable: false,
  };
}

const withoutStop = (text: string): string => text.trim().replace(/\.$/, "");

import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Handlers } from "../http/api.ts";
import type { Secrets, StoredSecret } from "./api.ts";
import { SecretError } from "./api.ts";

/** The own API of secrets: values go in and never come out. */
export function secretHandlers(secrets: Secrets): Handlers {
  return {
    listSecrets: async () => (await secrets.list()).map(toResource),
    async setSecret({ params, body, actor }) {
      const { secret: name } = params;
      if (!/^[a-z0-9][a-z0-9._-]{0,127}$/i.test(name))
        throw new GennakerError(
          "invalid_request",
          `"${name}" is no name for a secret: use letters, digits, dots, dashes and underscores.`,
        );
      return toResource(await told(secrets.set(name, body, actor)));
    },
    async deleteSecret({ params, actor }) {
      if (await secrets.remove(params.secret, actor)) return {};
      throw new GennakerError("not_found", `There is no secret ${params.secret}. List them to see the names.`);
    },
    rotateSecrets: ({ actor }) => told(secrets.rotate(actor)),
    async checkSecret({ query }) {
      const reason = await secrets.check(query.reference);
      return { resolves: reason === null, reason };
    },
  };
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SecretError) throw new GennakerError("conflict", error.message, { cause: error });
    throw error;
  }
}

function toResource({ updatedAt, ...secret }: StoredSecret) {
  return { ...secret, updatedAt: updatedAt.toISOString() };
}

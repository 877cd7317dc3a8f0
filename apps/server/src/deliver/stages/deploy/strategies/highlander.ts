import type { Strategy } from "./strategy.ts";
import { risingContext } from "./strategy.ts";

/** There can be only one: the others are taken out of traffic and destroyed. */
export const highlander: Strategy = {
  name: "highlander",
  after: (input) =>
    input.state.source === null
      ? []
      : [
          {
            type: "shrinkCluster",
            name: "shrinkCluster",
            context: {
              ...risingContext(input),
              shrinkToSize: 1,
              allowDeleteActive: true,
              retainLargerOverNewer: false,
            },
          },
        ],
};

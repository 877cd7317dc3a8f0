import { expect, test } from "vitest";
import { createScene } from "../testing/scene.ts";
import { rollbackCandidates } from "./candidates.ts";

type Given = { disabled?: boolean; desired?: number };

async function candidates(list: Given[]): Promise<string> {
  const scene = await createScene();
  for (const { desired = 1 } of list) await scene.existing({ capacity: { min: 0, max: 9, desired } });
  for (const [index, { disabled = false }] of list.entries())
    scene.provider.change(`app-v00${index}`, (group) => void (group.disabled = disabled));
  const found = rollbackCandidates(scene.provider.all());
  return "none" in found ? found.none : `${found.rollback.name} → ${found.restore.name}`;
}

test.each<[Given[], string]>([
  [[{}, {}], "app-v001 → app-v000"],
  [[{}, {}, { disabled: true }], "app-v001 → app-v000"],
  [[{ disabled: true }, { disabled: true, desired: 0 }, {}], "app-v002 → app-v000"],
  [[{ disabled: true, desired: 0 }, { disabled: true, desired: 0 }, {}], "app-v002 → app-v001"],
  [[{ disabled: true }, { disabled: true }], "app-v001 → app-v000"],
  [[{}], "app-v000 has no earlier server group to go back to"],
  [[{}, { disabled: true }], "app-v000 has no earlier server group to go back to"],
  [[], "the cluster has no server group"],
])("of %j: %s", async (list, wanted) => {
  expect(await candidates(list)).toBe(wanted);
});

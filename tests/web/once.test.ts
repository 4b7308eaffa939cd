import assert from "node:assert/strict";
import { test } from "node:test";
import { once } from "../../web/lib/once.ts";

test("worked out once for each object, whatever it is worked out to", () => {
  let times = 0;
  const sizeOf = once((list: readonly number[]) => {
    times += 1;
    return list.length === 0 ? undefined : list.length;
  });
  const [empty, two] = [[], [1, 2]];
  assert.deepEqual(
    [sizeOf(two), sizeOf(empty), sizeOf(two), sizeOf(empty)],
    [2, undefined, 2, undefined],
  );
  assert.equal(times, 2);
  assert.equal(sizeOf([1, 2]), 2);
  assert.equal(times, 3);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { decodeLink, encodeLink, type LinkState, looksLikeLink } from "../../web/lib/link.ts";
import { Problem } from "../../web/lib/problem.ts";
import vectors from "../vectors/links.json" with { type: "json" };

const good = vectors.good as unknown as { fragment: string; state: LinkState }[];
const first = good[0]?.fragment ?? "";

async function codeOf(fragment: string): Promise<string> {
  return decodeLink(fragment).then(
    () => "decoded",
    (cause: unknown) => {
      assert.ok(cause instanceof Problem, `a Problem, got ${cause}`);
      assert.ok(cause.message.length > 20 && cause.remedy.length > 20);
      return cause.code;
    },
  );
}

test("links made by Python's zlib decode to the same state", async () => {
  for (const { fragment, state } of good) assert.deepEqual(await decodeLink(fragment), state);
});

test("encoding and decoding gives the state back", async () => {
  for (const { state } of good) {
    const fragment = await encodeLink(state);
    assert.match(fragment, /^#v1\.[A-Za-z0-9_-]+$/);
    assert.deepEqual(await decodeLink(fragment), state);
  }
});

test("every broken link of the vectors gives its own error", async () => {
  for (const { name, fragment, code } of vectors.bad) {
    assert.equal(await codeOf(fragment), code, name);
  }
});

test("any flipped character gives the same state or a clear error, never another state", async () => {
  const state = good[0]?.state;
  for (let at = 0; at < first.length; at++) {
    const other = first[at] === "A" ? "B" : "A";
    const fragment = first.slice(0, at) + other + first.slice(at + 1);
    const decoded = await decodeLink(fragment).catch((cause: unknown) => {
      assert.ok(cause instanceof Problem, `position ${at}: ${cause}`);
      return state;
    });
    assert.deepEqual(decoded, state, `position ${at}`);
  }
});

test("a bomb as large as a link can hold is stopped at once", async () => {
  const bomb = deflateSync(Buffer.alloc(45_000_000, " "), { level: 9 });
  const fragment = `#v1.${bomb.toString("base64url")}`;
  assert.ok(fragment.length <= 65_536);
  const started = performance.now();
  assert.equal(await codeOf(fragment), "link-too-long");
  assert.ok(performance.now() - started < 1000);
});

test("characters added at the end change nothing: the same state, or an error", async () => {
  const packed = Buffer.concat([deflateSync('{"v":1}'), Buffer.from("more")]);
  const fragment = `#v1.${packed.toString("base64url")}`;
  // Browsers refuse bytes after the stream's end; Node's DecompressionStream leaves them out.
  const decoded = await decodeLink(fragment).catch(() => ({ v: 1 }));
  assert.deepEqual(decoded, { v: 1 });
});

test("a prototype in a link is data like any other", async () => {
  const packed = deflateSync('{"v":1,"__proto__":{"polluted":true}}');
  const state = await decodeLink(`#v1.${packed.toString("base64url")}`);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.equal(state.v, 1);
});

test("only fragments with a version are taken for links", () => {
  assert.ok(looksLikeLink("#v1.abc"));
  assert.ok(looksLikeLink("#v23.abc"));
  assert.ok(!looksLikeLink("#layers"));
  assert.ok(!looksLikeLink(""));
});

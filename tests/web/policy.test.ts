/** Which content-security policies keep everything in, and which leave a way out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keepsIn } from "../../web/lib/policy.ts";

const OURS =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; " +
  "style-src 'self'; img-src 'self' data: blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'";

for (const [what, header] of [
  ["ours", OURS],
  [
    "a stricter one",
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
  ],
  ["ours after a loose one", `default-src *, ${OURS}`],
  ["all from the own host", "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"],
  ["a second directive of one name, which does not count", `${OURS}; connect-src *`],
] as const) {
  test(`keeps in: ${what}`, () => assert.equal(keepsIn(header), true));
}

for (const [what, header] of [
  ["no header", null],
  ["an empty header", ""],
  ["no default", "script-src 'self'; connect-src 'self'"],
  ["connections to anyone", OURS.replace("connect-src 'self'", "connect-src *")],
  [
    "connections to one host",
    OURS.replace("connect-src 'self'", "connect-src 'self' https://a.example"),
  ],
  ["connections left to a loose default", "default-src 'self' https:; script-src 'self'"],
  ["text run as code", OURS.replace("'wasm-unsafe-eval'", "'unsafe-eval'")],
  ["scripts of another host", OURS.replace("script-src 'self'", "script-src 'self' cdn.example")],
  ["pictures of another host", OURS.replace("img-src 'self'", "img-src 'self' https:")],
] as const) {
  test(`lets out: ${what}`, () => assert.equal(keepsIn(header), false));
}

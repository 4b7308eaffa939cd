/**
 * Breakdown links: "#v1." + base64url(zlib(compact JSON)), without padding.
 *
 * zlib's format has a checksum, so a damaged link is told rather than decoded to something else. The
 * decoder trusts nothing: length, output size and depth are bounded before anything is looked at.
 * The same codec exists in Python; both are tested on tests/vectors/links.json.
 */
import { Problem } from "./problem.ts";

/** Longest fragment that is decoded at all. */
export const MAX_FRAGMENT_CHARACTERS = 65_536;
/** Most bytes that a link may unpack to. */
export const MAX_STATE_BYTES = 1_048_576;
/** Deepest nesting of a state. */
export const MAX_STATE_DEPTH = 64;
/** Longest link that is offered as one; beyond it the state is offered as a file. */
export const MAX_LINK_CHARACTERS = 8_000;

const PREFIX = "#v1.";
const COPY_AGAIN = "Copy the whole link again; mail and chat programs may have cut it.";

export type LinkState = Readonly<Record<string, unknown>>;

/** Whether a fragment claims to be a breakdown link of some version. */
export function looksLikeLink(fragment: string): boolean {
  return /^#v\d+\./.test(fragment);
}

/** The fragment, "#" included, that carries a state. */
export async function encodeLink(state: LinkState): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(state));
  const packed = await collected(through(json, new CompressionStream("deflate")), Infinity);
  return PREFIX + toBase64Url(packed);
}

/** The state that a fragment carries; throws a Problem that says what is wrong with it. */
export async function decodeLink(fragment: string): Promise<LinkState> {
  if (fragment.length > MAX_FRAGMENT_CHARACTERS) {
    throw new Problem(
      "link-too-long",
      `The link is ${fragment.length} characters long, at most ${MAX_FRAGMENT_CHARACTERS} are read.`,
      "Ask for the result as a file instead.",
    );
  }
  if (!fragment.startsWith(PREFIX)) {
    const version = /^#v(\d{1,9})\./.exec(fragment)?.[1];
    throw version === undefined
      ? damaged("it does not begin with #v1.")
      : new Problem(
          "link-version",
          `The link is of version ${version}; this page reads version 1.`,
          "Reload the page to get its newest version, then open the link again.",
        );
  }
  return parsed(await unpacked(fromBase64Url(fragment.slice(PREFIX.length))));
}

async function unpacked(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    return await collected(through(packed, new DecompressionStream("deflate")), MAX_STATE_BYTES);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw damaged("its checksum does not match");
  }
}

function parsed(bytes: Uint8Array): LinkState {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw damaged("it holds no text");
  }
  const state = parseJson(text);
  if (typeof state !== "object" || state === null || Array.isArray(state)) {
    throw damaged("it holds no object");
  }
  if (!("v" in state) || state.v !== 1) {
    throw new Problem(
      "link-invalid",
      "The link holds no breakdown that can be read: its state is not of version 1.",
      "Copy the link again, or ask for one made by this version.",
    );
  }
  return state as LinkState;
}

function parseJson(text: string): unknown {
  try {
    if (depth(text) > MAX_STATE_DEPTH) throw new SyntaxError(`deeper than ${MAX_STATE_DEPTH}`);
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 120) : "";
    throw new Problem(
      "json-invalid",
      `The link's content is not JSON: ${why}.`,
      "Check that it is the right link and complete.",
    );
  }
}

/** Deepest nesting of brackets outside of strings; known before parsing. */
function depth(json: string): number {
  let deepest = 0;
  let now = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (inString) {
      if (c === "\\") i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === "{" || c === "[") deepest = Math.max(deepest, ++now);
    else if (c === "}" || c === "]") now--;
  }
  return deepest;
}

function damaged(why: string): Problem {
  return new Problem("link-damaged", `The link is damaged: ${why}.`, COPY_AGAIN);
}

function through(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  const writer = transform.writable.getWriter();
  // A failure arrives at the reader too; here it would only be an unhandled rejection.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  return transform.readable;
}

async function collected(
  stream: ReadableStream<Uint8Array>,
  limitBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limitBytes) {
      reader.cancel().catch(() => {});
      throw new Problem(
        "link-too-long",
        `The link unpacks to more than ${limitBytes} bytes.`,
        "Ask for the result as a file instead.",
      );
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const bare = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9_-]+$/.test(bare) || bare.length % 4 === 1) {
    throw damaged("characters are missing, or some don't belong there");
  }
  const binary = atob(bare.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

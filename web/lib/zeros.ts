/**
 * Counting zeros in the bytes of weights, in typed arrays.
 *
 * The engine says where a tensor's elements are and which bit patterns are a zero; the bytes go from
 * the file into one block of memory here and never into Python.
 */

/** What the engine asks about a part of a file. */
export interface Block {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Whether the elements are varints of protobuf; else they lie as in memory, little-endian. */
  readonly varints: boolean;
  /** Of one element: 2, 4, 8, 16, 32, 64 or 128. */
  readonly bits: number;
  /** The bits that count, in words of 32, lowest first. */
  readonly masks: readonly number[];
  /** Zero, for all elements or one a channel: element i is of channel floor(i / inner) % length. */
  readonly patterns: readonly number[];
  readonly inner: number;
  /** The place of the block's first element among the channels. */
  readonly first: number;
  /** No more than these are counted. */
  readonly elements: number;
}

/** Zeros, elements counted, and where in the file the counting ended. */
export type Tally = readonly [zeros: number, elements: number, end: number];

/** Counts the zeros in a block's bytes. */
export function countZeros(bytes: Uint8Array<ArrayBuffer>, block: Block): Tally {
  if (block.varints) return inVarints(bytes, block);
  return [inElements(bytes, block), block.elements, block.end];
}

function inElements(bytes: Uint8Array<ArrayBuffer>, block: Block): number {
  const { bits } = block;
  if (bits > 32) return inWideElements(bytes, block);
  if (block.patterns.length > 1) return inChannels(bytes, block);
  if (bits === 32) return inWords(wordsOf(bytes), block);
  if (bits === 16) return inHalves(halvesOf(bytes), block);
  return inBytes(bytes, block);
}

const wordsOf = ({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>) =>
  new Uint32Array(buffer, byteOffset, Math.floor(length / 4));

const halvesOf = ({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>) =>
  new Uint16Array(buffer, byteOffset, Math.floor(length / 2));

// A loop for each kind of array, which then need not ask what it has; and without a branch, whose
// outcome among zeros nobody could foresee: the sign of n | -n is set unless n is 0.

function inWords(words: Uint32Array, { masks, patterns, elements }: Block): number {
  const mask = masks[0] ?? 0;
  const pattern = patterns[0] ?? 0;
  let others = 0;
  for (let i = 0; i < elements; i++) {
    const difference = ((words[i] as number) & mask) ^ pattern;
    others += (difference | -difference) >>> 31;
  }
  return elements - others;
}

function inHalves(halves: Uint16Array, { masks, patterns, elements }: Block): number {
  const mask = masks[0] ?? 0;
  const pattern = patterns[0] ?? 0;
  let others = 0;
  for (let i = 0; i < elements; i++) {
    const difference = ((halves[i] as number) & mask) ^ pattern;
    others += (difference | -difference) >>> 31;
  }
  return elements - others;
}

/** One element in a byte or several: how many are zero is looked up for each value of a byte. */
function inBytes(bytes: Uint8Array, block: Block): number {
  const each = 8 / block.bits;
  const whole = Math.floor(block.elements / each);
  const found = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) found[byte] = inByte(byte, each, block);
  let zeros = 0;
  for (let i = 0; i < whole; i++) zeros += found[bytes[i] as number] as number;
  const rest = block.elements - whole * each;
  return rest > 0 ? zeros + inByte(bytes[whole] ?? 0, rest, block) : zeros;
}

function inByte(byte: number, elements: number, { bits, masks, patterns }: Block): number {
  let zeros = 0;
  for (let at = 0; at < elements; at++) {
    if (((byte >> (at * bits)) & (masks[0] ?? 0)) === patterns[0]) zeros++;
  }
  return zeros;
}

/** Elements with a zero of their own for each channel. */
function inChannels(bytes: Uint8Array<ArrayBuffer>, block: Block): number {
  const { bits, patterns, inner, elements } = block;
  const array =
    bits === 32
      ? wordsOf(bytes)
      : bits === 16
        ? halvesOf(bytes)
        : bits === 8
          ? bytes
          : spread(bytes, bits);
  const mask = block.masks[0] ?? 0;
  let channel = Math.floor(block.first / inner) % patterns.length;
  let end = inner - (block.first % inner);
  let zeros = 0;
  for (let i = 0; i < elements; end += inner) {
    const pattern = patterns[channel] ?? 0;
    for (const stop = Math.min(elements, end); i < stop; i++) {
      if ((((array[i] as number) & mask) ^ pattern) === 0) zeros++;
    }
    channel = (channel + 1) % patterns.length;
  }
  return zeros;
}

/** Elements of several words, which have no zero points: zero where all words are. */
function inWideElements(bytes: Uint8Array<ArrayBuffer>, { masks, elements }: Block): number {
  const words = wordsOf(bytes);
  const each = masks.length;
  let zeros = 0;
  for (let i = 0; i < elements; i++) {
    let joined = 0;
    for (let word = 0; word < each; word++) {
      joined |= (words[i * each + word] as number) & (masks[word] as number);
    }
    if (joined === 0) zeros++;
  }
  return zeros;
}

/** Elements of less than a byte, in a byte each. */
function spread(bytes: Uint8Array, bits: number): Uint8Array {
  const each = 8 / bits;
  const mask = (1 << bits) - 1;
  const wide = new Uint8Array(bytes.length * each);
  for (let i = 0; i < wide.length; i++) {
    wide[i] = ((bytes[Math.floor(i / each)] as number) >> ((i % each) * bits)) & mask;
  }
  return wide;
}

/** Each entry is a varint of up to ten bytes; of elements of less than a byte it holds a byteful. */
function inVarints(bytes: Uint8Array, block: Block): Tally {
  const { bits, masks, patterns, inner, first, elements } = block;
  const low = masks[0] ?? 0;
  const high = masks[1] ?? 0;
  const each = Math.max(1, 8 / bits);
  let [zeros, counted, used] = [0, 0, 0];
  let [lowWord, highWord, shift] = [0, 0, 0];
  for (let i = 0; i < bytes.length && counted < elements; i++) {
    const byte = bytes[i] as number;
    const part = byte & 127;
    if (shift < 32) lowWord |= part << shift;
    if (shift === 28) highWord |= part >> 4;
    else if (shift > 28) highWord |= part << (shift - 32);
    shift += 7;
    if (byte > 127) {
      if (shift >= 70) break;
      continue;
    }
    for (let at = 0; at < each && counted < elements; at++) {
      const pattern = patterns[Math.floor((first + counted) / inner) % patterns.length] ?? 0;
      if ((((lowWord >> (at * bits)) & low) ^ pattern) === 0 && (highWord & high) === 0) zeros++;
      counted++;
    }
    used = i + 1;
    lowWord = highWord = shift = 0;
  }
  return [zeros, counted, block.start + used];
}

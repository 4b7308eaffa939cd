/** What is tried out of single layers, of the platform, and of training; nothing where it is left out. */
import type { Bits } from "./opened.ts";

export type PerLayer<Value> = Readonly<Record<string, Value>>;

export interface LayerZeros {
  readonly ifmap?: number;
  readonly weight?: number;
  readonly ofmap?: number;
}

/** A share of all inferences that end after a layer. */
export interface Exit {
  readonly after: string;
  readonly leave: number;
}

export const OPTIMIZERS = ["sgd", "momentum", "adam"] as const;
export type Optimizer = (typeof OPTIMIZERS)[number];

export interface WhatIf {
  readonly layer_bits: PerLayer<Partial<Bits>>;
  /** Zero fractions of single layers, before any others. */
  readonly layer_zeros: PerLayer<LayerZeros>;
  /** In what share of inferences a layer runs, or what share of its work is done. */
  readonly active: PerLayer<number>;
  readonly exits: readonly Exit[];
  /** PEs along each axis of an accelerator's array; null for its own. */
  readonly array: readonly number[] | null;
  /** An accelerator's clock; null for its own. */
  readonly clock_hz: number | null;
  /** A training step instead of an inference. */
  readonly train: Optimizer | null;
}

export const AS_IT_IS: WhatIf = {
  layer_bits: {},
  layer_zeros: {},
  active: {},
  exits: [],
  array: null,
  clock_hz: null,
  train: null,
};

/** What is the platform's, and does not go along to another one. */
export const OF_PLATFORM: Partial<WhatIf> = { array: null, clock_hz: null };

/** The most layers that single values are taken for from a link. */
const MOST_LAYERS = 20_000;
const MOST_AXES = 8;

export function isAsItIs(what: WhatIf): boolean {
  return (Object.keys(AS_IT_IS) as (keyof WhatIf)[]).every((key) => isEmpty(what[key]));
}

export function isEmpty(value: WhatIf[keyof WhatIf]): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

/** The options that a link states, as far as they are such; the engine judges their values. */
export function whatIfOf(options: Readonly<Record<string, unknown>>): WhatIf {
  const { array, clock_hz, train, exits } = options;
  return {
    layer_bits: perLayer(options.layer_bits, (value) => numbersOf(value, ["weight", "activation"])),
    layer_zeros: perLayer(options.layer_zeros, (value) =>
      numbersOf(value, ["ifmap", "weight", "ofmap"]),
    ),
    active: perLayer(options.active, numberOf),
    exits: Array.isArray(exits) ? exits.slice(0, MOST_LAYERS).flatMap(exitOf) : [],
    array: isArray(array) ? array : null,
    clock_hz: numberOf(clock_hz),
    train: OPTIMIZERS.find((one) => one === train) ?? null,
  };
}

function perLayer<Value>(given: unknown, read: (value: unknown) => Value | null): PerLayer<Value> {
  if (typeof given !== "object" || given === null) return {};
  const found: [string, Value][] = [];
  for (const [name, value] of Object.entries(given).slice(0, MOST_LAYERS)) {
    const own = read(value);
    if (own !== null) found.push([name, own]);
  }
  return Object.fromEntries(found);
}

function numbersOf(
  value: unknown,
  keys: readonly string[],
): Readonly<Record<string, number>> | null {
  if (typeof value !== "object" || value === null) return null;
  const known = keys.flatMap((key) => {
    const number = numberOf((value as Readonly<Record<string, unknown>>)[key]);
    return number === null ? [] : [[key, number] as const];
  });
  return known.length === 0 ? null : Object.fromEntries(known);
}

function exitOf(value: unknown): Exit[] {
  const { after, leave } = (value ?? {}) as { after?: unknown; leave?: unknown };
  return typeof after === "string" && typeof leave === "number" ? [{ after, leave }] : [];
}

function isArray(value: unknown): value is readonly number[] {
  const some = Array.isArray(value) && value.length > 0 && value.length <= MOST_AXES;
  return some && value.every((one) => numberOf(one) !== null);
}

const numberOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

/** What is tried out instead of a value; false takes back what a link says of it. */
export type Asked<Value> = { readonly [Key in keyof Value]: Value[Key] | false };

/** What a link's source is asked with: what is not tried out any more is taken back. */
export function takingBack(what: WhatIf): Asked<WhatIf> {
  const { array, clock_hz, train } = what;
  return { ...what, array: array ?? false, clock_hz: clock_hz ?? false, train: train ?? false };
}

/** A layer's own value; a name is any text, "constructor" too. */
export function ofLayer<Value>(values: PerLayer<Value>, layer: string): Value | undefined {
  return Object.hasOwn(values, layer) ? values[layer] : undefined;
}

/** A layer's own value set, or taken away with null. */
export function withLayer<Value>(
  values: PerLayer<Value>,
  layer: string,
  value: Value | null,
): PerLayer<Value> {
  const { [layer]: _, ...others } = values;
  return value === null ? others : { ...others, [layer]: value };
}

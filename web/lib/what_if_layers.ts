/** What can be tried out of one layer: its widths, its zeros, how much of it runs. */
import { type CostUnit, layerCost } from "./cost.ts";
import { isMapped, type Layer, type Result } from "./result.ts";
import { AS_IT_IS, ofLayer, type PerLayer, type WhatIf, withLayer } from "./what_if.ts";

/** One thing to try out of a layer. */
export interface Knob {
  readonly label: string;
  readonly title: string;
  /** Whether it is a share; else a width in bits. */
  readonly share: boolean;
  /** What it is without being set; null where the layer has no such thing. */
  own(layer: Layer): number | null;
  /** What it is set to. */
  set(whatIf: WhatIf, name: string): number | undefined;
  with(whatIf: WhatIf, name: string, value: number): Partial<WhatIf>;
}

/** What a platform makes a difference by: a timed one computes on zeros as on other numbers. */
export function knobsOf({ platform }: Result): readonly Knob[] {
  const word = platform.word_bits ?? 32;
  const bits = [
    width("weight", "Weight bits", "Width of a weight", word),
    width("activation", "Activation bits", "Width of a value of the ifmap or ofmap", word),
  ];
  const zeros = [
    zeroShare("weight", "Zero weights", "Share of the layer’s weights that are zero"),
    zeroShare(
      "ifmap",
      "Zero activations",
      "Share of the values in the layer’s ifmap that are zero",
    ),
  ];
  return [...bits, ...(isMapped(platform) ? zeros : []), ACTIVE];
}

const ACTIVE: Knob = {
  label: "Active",
  title: "Share of the inferences in which the layer runs, or share of its work that is done",
  share: true,
  own: () => 1,
  set: ({ active }, name) => ofLayer(active, name),
  with: ({ active }, name, value) => ({
    active: withLayer(active, name, value === 1 ? null : value),
  }),
};

function width(tensor: "weight" | "activation", label: string, title: string, word: number): Knob {
  return {
    label,
    title,
    share: false,
    own: (layer) => (lacks(layer, tensor) ? null : (layer.bits?.[tensor] ?? word)),
    set: ({ layer_bits }, name) => ofLayer(layer_bits, name)?.[tensor],
    with: ({ layer_bits }, name, value) => ({
      layer_bits: withPart(layer_bits, name, tensor, value),
    }),
  };
}

function zeroShare(tensor: "weight" | "ifmap", label: string, title: string): Knob {
  return {
    label,
    title,
    share: true,
    own: (layer) => (lacks(layer, tensor) ? null : (layer.zeros?.[tensor] ?? 0)),
    set: ({ layer_zeros }, name) => ofLayer(layer_zeros, name)?.[tensor],
    with: ({ layer_zeros }, name, value) => ({
      layer_zeros: withPart(layer_zeros, name, tensor, value),
    }),
  };
}

/** Pooling has no weights. */
function lacks({ parameters, parts }: Layer, tensor: string): boolean {
  return tensor === "weight" && !parameters && parts.weight === undefined;
}

function withPart<Value extends object>(
  values: PerLayer<Value>,
  layer: string,
  part: string,
  value: number,
): PerLayer<Value> {
  return withLayer(values, layer, { ...ofLayer(values, layer), [part]: value } as Value);
}

/** The same with nothing tried out of a layer; without one, of any. */
export function cleared(whatIf: WhatIf, layer?: string): Partial<WhatIf> {
  const { layer_bits, layer_zeros, active } = layer === undefined ? AS_IT_IS : whatIf;
  if (layer === undefined) return { layer_bits, layer_zeros, active };
  return {
    layer_bits: withLayer(layer_bits, layer, null),
    layer_zeros: withLayer(layer_zeros, layer, null),
    active: withLayer(active, layer, null),
  };
}

export interface Filtered {
  readonly layer: Layer;
  readonly index: number;
  readonly share: number | null;
}

/** The layers whose names have a text in them, each with its share of what all cost. */
export function filtered(result: Result, text: string, unit: CostUnit, whole: number | null) {
  const wanted = text.trim().toLowerCase();
  return result.layers.flatMap((layer, index): Filtered[] => {
    if (!layer.name.toLowerCase().includes(wanted)) return [];
    const cost = layerCost(layer, unit);
    return [{ layer, index, share: cost === null || !whole ? null : cost / whole }];
  });
}

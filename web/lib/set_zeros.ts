/** One zero fraction for a kind of tensor in every layer, in place of what is known of each. */
import { short } from "./format.ts";
import type { Layer } from "./result.ts";

/** What the source of zeros begins with that were set so. */
export const BY_HAND = "Set by hand: ";

/** The tensors that have a dial: ifmaps and ofmaps are one, each is what another layer reads. */
export type ZeroTensor = "activation" | "weight";

export interface SetZeros {
  readonly activation: number | null;
  readonly weight: number | null;
  /** What the engine is asked with: a density file's content, all layers in it. */
  readonly density: unknown;
}

/**
 * Sets the zeros of a tensor in all layers, beside what was set before.
 *
 * `layers` are those of the breakdown shown: what is not set keeps the zeros that it has there.
 */
export function withSetZeros(
  before: SetZeros | null,
  tensor: ZeroTensor,
  share: number,
  layers: readonly Layer[],
): SetZeros {
  const activation = tensor === "activation" ? share : (before?.activation ?? null);
  const weight = tensor === "weight" ? share : (before?.weight ?? null);
  const zeros = Object.fromEntries(
    layers.map(({ name, zeros, parts }) => [
      name,
      {
        ifmap: activation ?? zeros.ifmap ?? null,
        weight: ("weight" in parts ? weight : null) ?? zeros.weight ?? null,
        ofmap: activation ?? zeros.ofmap ?? null,
      },
    ]),
  );
  const source = `${BY_HAND}${said("activations", activation)}${activation !== null && weight !== null ? ", " : ""}${said("weights", weight)}`;
  return {
    activation,
    weight,
    density: { schema: "joulegraph/density/1", source, layers: zeros },
  };
}

/** The mean of a tensor's zero fractions over the layers' MACs; 0 where none is known. */
export function meanZeros(layers: readonly Layer[], tensor: ZeroTensor): number {
  let [zeros, all] = [0, 0];
  for (const layer of layers) {
    const macs = layer.macs ?? 0;
    zeros += macs * (layer.zeros[tensor === "weight" ? "weight" : "ifmap"] ?? 0);
    all += macs;
  }
  return all === 0 ? 0 : zeros / all;
}

function said(what: string, share: number | null): string {
  return share === null ? "" : `${short(100 * share, 4)} % of all ${what} are zero`;
}

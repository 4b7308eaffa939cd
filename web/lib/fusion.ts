/** What fusing pairs of layers would save, as the engine says it where it is asked. */

export interface FusedPair {
  readonly layers: readonly [number, number];
  readonly names: readonly string[];
  /** Where the map between them stays. */
  readonly level: string;
  readonly map_bytes: number;
  readonly energy_macs: { readonly apart: number; readonly fused: number };
  readonly saving_macs: number;
  readonly saving_share: number;
  /** Whether it is one of the pairs without a layer in common that save most together. */
  readonly best: boolean;
}

export interface WhatIf {
  readonly fused: readonly FusedPair[];
  readonly pairs_tried: number;
  readonly connections_known: boolean;
  readonly best: {
    readonly pairs: number;
    readonly saving_macs: number;
    readonly saving_j: number | null;
  };
}

const MOST_PAIRS = 20;

/** The pairs that save most, the first first; and how many others there are. */
export function rankedPairs(fused: readonly FusedPair[]) {
  const ranked = [...fused].sort((a, b) => b.saving_macs - a.saving_macs);
  return { shown: ranked.slice(0, MOST_PAIRS), more: Math.max(0, ranked.length - MOST_PAIRS) };
}

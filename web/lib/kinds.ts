/** The kinds of layers: what people call them, and whose colour and pattern each has. */

interface Kind {
  readonly label: string;
  readonly paint: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  conv: { label: "Convolution", paint: "ifmap" },
  dense: { label: "Fully connected", paint: "weight" },
  matmul: { label: "Matrix product", paint: "dram" },
  attention: { label: "Attention", paint: "second_buffer" },
  recurrent: { label: "Recurrent", paint: "recurrent" },
  pool: { label: "Pooling", paint: "ofmap" },
  norm: { label: "Normalisation", paint: "inner_file" },
  elementwise: { label: "Elementwise", paint: "array" },
  reduce: { label: "Reduction", paint: "reduce" },
  movement: { label: "Data movement", paint: "computation" },
  other: { label: "Other", paint: "other" },
};

/** In the order in which legends name them. */
export const KIND_IDS: readonly string[] = Object.keys(KINDS);

export const kindLabel = (kind: string): string => KINDS[kind]?.label ?? kind;
export const kindPaint = (kind: string): string => KINDS[kind]?.paint ?? "other";

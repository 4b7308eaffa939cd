/** Energy against depth: what all layers up to each take together, beside their MACs. */
import { type ChartGeometry, chartGeometry } from "../chart_geometry.ts";
import { layersText } from "../format.ts";
import type { Row } from "../rows.ts";

export interface Curve {
  readonly path: string;
  /** The share reached with each layer, 0 to 1. */
  readonly shares: readonly number[];
  /** The place of the layer with which half is reached. */
  readonly half: number;
}

export interface DepthPicture {
  readonly chart: ChartGeometry;
  readonly cost: Curve | null;
  readonly macs: Curve | null;
  readonly ticks: readonly { readonly y: number; readonly text: string }[];
}

export function depthPicture(rows: readonly Row[], width: number, height: number): DepthPicture {
  const chart = chartGeometry(rows, [], width, height);
  const { plot, bars } = chart;
  const y = (share: number) => plot.bottom - share * (plot.bottom - plot.top);
  const curve = (amounts: readonly (number | null)[]): Curve | null => {
    const whole = amounts.reduce<number>((sum, amount) => sum + Math.max(0, amount ?? 0), 0);
    if (whole <= 0) return null;
    let sum = 0;
    const shares = amounts.map((amount) => {
      sum += Math.max(0, amount ?? 0);
      return sum / whole;
    });
    const corners = bars.map(
      ({ left, step }, i) => `L${short(left + step)} ${short(y(shares[i] ?? 0))}`,
    );
    const path = `M${short(bars[0]?.left ?? plot.left)} ${short(plot.bottom)}${corners.join("")}`;
    return { path, shares, half: shares.findIndex((share) => share >= 0.5 - 1e-12) };
  };
  return {
    chart,
    cost: curve(rows.map(({ cost }) => cost)),
    macs: curve(rows.map(({ layer }) => layer.macs)),
    ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ y: y(share), text: `${100 * share}\u00a0%` })),
  };
}

/** "Half of the energy is spent by layer 11 of 13 (fc6), half of the MACs by layer 4 (conv2)." */
export function depthFinding(rows: readonly Row[], picture: DepthPicture, word: string): string {
  const at = (curve: Curve) => {
    const row = rows[curve.half];
    return row === undefined ? "" : `${row.index + 1} of ${rows.length}, ${row.layer.name}`;
  };
  const { cost, macs } = picture;
  if (cost === null) return `No layer's ${word} is known.`;
  const computed = macs === null ? "" : `; half of the MACs lie up to layer ${at(macs)}`;
  const unknown = rows.filter((row) => row.cost === null).length;
  const out = unknown === 0 ? "" : ` Left out: ${layersText(unknown)} of unknown ${word}.`;
  return `Half of the ${word} is spent up to layer ${at(cost)}${computed}.${out}`;
}

function short(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}

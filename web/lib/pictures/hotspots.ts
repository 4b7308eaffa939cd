/** Where the energy goes by kind of layer: a bar for each, the MACs' share marked on it. */
import { seriesSums, shareOf, totalCost } from "../cost.ts";
import { share } from "../format.ts";
import { kindLabel, kindPaint } from "../kinds.ts";
import type { Result } from "../result.ts";
import type { Row } from "../rows.ts";

export interface HotspotPiece {
  readonly row: Row;
  readonly x: number;
  readonly width: number;
}

export interface Hotspot {
  readonly kind: string;
  readonly label: string;
  readonly paint: string;
  readonly cost: number;
  readonly share: number | null;
  readonly macs: number | null;
  readonly layers: number;
  /** Top of its text and of its bar. */
  readonly y: number;
  readonly barY: number;
  /** Its layers, the costliest first. */
  readonly pieces: readonly HotspotPiece[];
  /** Where the share of the MACs stands, if it has any. */
  readonly markX: number | null;
}

export interface HotspotPicture {
  readonly height: number;
  readonly bars: readonly Hotspot[];
}

export const BAR_HEIGHT = 16;
const STEP = 46;
const TEXT = 18;
/** The mark of MACs stays inside. */
const EDGE = 2;

export function hotspotPicture(
  result: Result,
  rows: readonly Row[],
  width: number,
): HotspotPicture {
  const whole = totalCost(result);
  const sums = seriesSums(result, "kind");
  const kinds = Object.keys(sums).sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0));
  const inAll = rows.reduce((sum, { layer }) => sum + (layer.macs ?? 0), 0);
  const found = kinds.map((kind) => {
    const own = rows
      .filter(({ layer }) => layer.kind === kind)
      .sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0));
    const macs = own.reduce((sum, { layer }) => sum + (layer.macs ?? 0), 0);
    return {
      kind,
      own,
      macs: inAll > 0 ? macs / inAll : null,
      share: shareOf(sums[kind] ?? 0, whole),
    };
  });
  const most = found.reduce((most, one) => Math.max(most, one.share ?? 0, one.macs ?? 0), 0) || 1;
  const x = (of: number) => ((width - 2 * EDGE) * of) / most + EDGE;
  const bars = found.map(({ kind, own, macs, share }, place): Hotspot => {
    let from = EDGE;
    const pieces = own.flatMap((row) => {
      const piece = { row, x: from, width: x(Math.max(0, row.share ?? 0)) - EDGE };
      from += piece.width;
      return piece.width > 0 ? [piece] : [];
    });
    const y = place * STEP;
    const markX = macs === null || macs === 0 ? null : x(macs);
    const about = { kind, label: kindLabel(kind), paint: kindPaint(kind), layers: own.length };
    return { ...about, cost: sums[kind] ?? 0, share, macs, y, barY: y + TEXT, pieces, markX };
  });
  return { height: Math.max(1, bars.length) * STEP, bars };
}

/** "Fully connected layers take 81.2 % of the energy with 8.1 % of the MACs." */
export function hotspotFinding({ bars }: HotspotPicture, word: string): string {
  const [first, second] = bars;
  if (first === undefined || first.share === null) return `No layer's ${word} is known.`;
  const macs = first.macs === null ? "" : ` with ${share(first.macs)} of the MACs`;
  const next =
    second === undefined ? "" : `, then ${second.label.toLowerCase()} with ${share(second.share)}`;
  return `${first.label}: ${share(first.share)} of the ${word}${macs}${next}.`;
}

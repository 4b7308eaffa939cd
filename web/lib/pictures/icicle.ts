/**
 * The map: an icicle of the model's modules. Columns are depths, the outermost modules on the left;
 * heights are costs; from top to bottom as in the network. The layers of an innermost module take
 * what is right of it: one below the other where their names have room so, else side by side.
 */
import type { Row } from "../rows.ts";
import type { Module } from "./modules.ts";

export interface IcicleCell {
  readonly module: Module;
  /** The layer, where it is one. */
  readonly row: Row | null;
  readonly cost: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** As much of its name as there is room for; "" where there is none. */
  readonly text: string;
  /** Whether there is room for its share, too. */
  readonly roomy: boolean;
}

export interface IciclePicture {
  readonly cells: readonly IcicleCell[];
  /** Layers too small to be drawn, or of unknown cost. */
  readonly hidden: number;
}

/** A column of modules is at most this wide, and at least this where there are several. */
const WIDEST_COLUMN = 180;
const NARROWEST_COLUMN = 92;
const MOST_COLUMNS = 3;
const LINE = 13;
const CHARACTER = 6.9;
const SHARE = 52;
/** What would be smaller is not drawn. */
const LEAST = 0.6;
/** Room left of a name, for the strip of its kind, and right of it. */
export const STRIP = 5;
const AROUND = 16;

/** A size less what separates it from its neighbour; some of it is always left. */
export const less = (size: number, gap: number, least = 0.5): number => Math.max(least, size - gap);

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function icicle(module: Module, width: number, height: number): IciclePicture {
  // Layers have at least as much of the width as their modules.
  const room = Math.max(1, Math.floor(width / 2 / NARROWEST_COLUMN));
  const columns = Math.min(MOST_COLUMNS, room, depthOf(module) - 1);
  const column = Math.min(WIDEST_COLUMN, width / 2 / Math.max(1, columns));
  const cells: IcicleCell[] = [];
  let drawn = 0;
  const put = (of: Module, box: Box): void => {
    const row = of.children.length === 0 ? (of.rows[0] ?? null) : null;
    if (row !== null) drawn += 1;
    const roomy = box.height >= LINE && box.width >= 2 * SHARE + AROUND;
    const forText = box.height < LINE ? 0 : box.width - AROUND - (roomy ? SHARE : 0);
    const text = fitted(of.name, Math.floor(forText / CHARACTER));
    cells.push({ module: of, row, cost: costOf(of), ...box, text, roomy });
  };
  const lay = (within: Module, depth: number, box: Box): void => {
    const deep = depth < columns;
    const parts = deep ? within.children : layersOf(within);
    const whole = costOf(within);
    if (whole <= 0) return;
    const beside = !deep && parts.length > 1 && box.height < 1.2 * LINE * parts.length;
    let at = 0;
    for (const part of parts) {
      const share = costOf(part) / whole;
      const size = share * (beside ? box.width : box.height);
      const own = beside
        ? { ...box, x: box.x + at, width: size }
        : { ...box, y: box.y + at, height: size };
      at += size;
      if (size < LEAST) continue;
      if (part.children.length === 0) put(part, own);
      else {
        put(part, { ...own, width: column });
        lay(part, depth + 1, { ...own, x: own.x + column, width: own.width - column });
      }
    }
  };
  lay(module, 0, { x: 0, y: 0, width, height });
  return { cells, hidden: module.rows.length - drawn };
}

/** All layers in a module, each under its name there. */
function layersOf(module: Module): readonly Module[] {
  return module.children.flatMap((child) =>
    child.children.length === 0
      ? [child]
      : layersOf(child).map((one) => ({ ...one, name: `${child.name}/${one.name}` })),
  );
}

/** The cost of a module: that of its layers whose cost is known. */
export function costOf({ rows }: Module): number {
  return rows.reduce((sum, { cost }) => sum + Math.max(0, cost ?? 0), 0);
}

function depthOf({ children }: Module): number {
  return children.reduce((most, child) => Math.max(most, 1 + depthOf(child)), 0);
}

/** The end of a name that is too long: what tells layers apart is mostly there. */
function fitted(name: string, room: number): string {
  if (name.length <= room) return name;
  return room < 6 ? "" : `…${name.slice(1 - room)}`;
}

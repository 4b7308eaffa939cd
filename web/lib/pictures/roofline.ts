/**
 * The energy roofline: operations per byte against energy per operation, both logarithmic.
 *
 * After Choi, Bedard, Fowler and Vuduc, "A Roofline Model of Energy" (IPDPS 2013): an operation costs
 * what computing it takes, and its share of what moving the bytes takes:
 *
 *     energy per operation = e_op + e_byte / (operations per byte)
 *
 * The two constants are this model's own means, over the layers that have such a part: e_op is the
 * energy of computing by the operations, e_byte that of the outermost memory by the bytes that cross
 * to it. Where both terms are equal lies the balance point. What a layer has above the line went into
 * memories on the chip, or is drawn whatever happens. A MAC is two operations.
 */
import { accessTerms, type CostUnit, layerParts, unitOf } from "../cost.ts";
import { layersText, local, quantity, share, tick } from "../format.ts";
import { isMapped, type Layer, type Result } from "../result.ts";
import type { Row } from "../rows.ts";

export interface RooflinePoint {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly perByte: number;
  readonly perOp: number;
}

interface RooflineLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Whether it ends at `x` instead of beginning there. */
  readonly end: boolean;
}

interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface Roofline {
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  /** The largest first, so that small ones lie on top. */
  readonly points: readonly RooflinePoint[];
  readonly labels: readonly RooflineLabel[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly roof: {
    readonly path: string;
    readonly floorY: number | null;
    readonly balanceX: number | null;
  } | null;
  readonly constants: Constants | null;
  readonly unit: CostUnit;
  /** "DRAM", or nothing where bytes are those of the layers' tensors. */
  readonly memory: string | null;
  /** Layers without operations or bytes, and their share of the cost. */
  readonly left: { readonly count: number; readonly share: number };
}

interface Constants {
  /** Cost of an operation, and of a byte. */
  readonly op: number;
  readonly byte: number;
}

const LEFT = 58;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 40;
const SMALLEST = 3;
const LARGEST = 17;
const LABELS = 6;
const CHARACTER = 6.2;

interface Known {
  readonly row: Row;
  readonly cost: number;
  readonly ops: number;
  readonly bytes: number;
}

export function roofline(
  result: Result,
  rows: readonly Row[],
  width: number,
  height: number,
): Roofline {
  const unit = unitOf(result);
  const known = rows.flatMap((row): Known[] => {
    const { cost, layer } = row;
    const ops = operationsOf(layer);
    const bytes = bytesOf(layer, result);
    const all = cost !== null && cost > 0 && ops > 0 && bytes !== null && bytes > 0;
    return all ? [{ row, cost, ops, bytes }] : [];
  });
  const constants = constantsOf(known, result, unit);
  const balance = constants === null ? null : constants.byte / constants.op;
  const plot = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
  const xs = known.map(({ ops, bytes }) => ops / bytes);
  const ys = known.map(({ cost, ops }) => cost / ops);
  const inX = reach([...xs, ...(balance === null ? [] : [balance])]);
  const inY = reach([...ys, ...(constants === null ? [] : [constants.op])]);
  const x = scale(inX, plot.left, plot.right);
  const y = scale(inY, plot.bottom, plot.top);
  const most = known.reduce((most, { cost }) => Math.max(most, cost), 0);
  const biggest = Math.min(LARGEST, width / 24);
  const points = known
    .map(({ row, cost, ops, bytes }): RooflinePoint => {
      const [perByte, perOp] = [ops / bytes, cost / ops];
      const radius = Math.max(SMALLEST, biggest * Math.sqrt(cost / most));
      return { row, x: x(perByte), y: y(perOp), radius, perByte, perOp };
    })
    .sort((a, b) => b.radius - a.radius || a.row.index - b.row.index);
  const shown = new Set(known.map(({ row }) => row));
  const without = rows.filter((row) => !shown.has(row));
  return {
    plot,
    points,
    labels: labelsOf(points, plot),
    xTicks: ticksIn(inX).map((at) => ({ at: x(at), text: at < 1 ? local(String(at)) : tick(at) })),
    yTicks: ticksIn(inY).map((at) => ({ at: y(at), text: tick(at) })),
    roof:
      constants === null || balance === null
        ? null
        : {
            path: roofPath(costAt(result, constants), inX, inY, x, y),
            floorY: y(constants.op),
            balanceX: x(balance),
          },
    constants,
    unit,
    memory: isMapped(result.platform) ? (result.platform.levels[0]?.name ?? null) : null,
    left: { count: without.length, share: without.reduce((sum, row) => sum + (row.share ?? 0), 0) },
  };
}

/** Two for each MAC, and the others. */
function operationsOf({ macs, ops }: Layer): number {
  return macs === null && ops === null ? 0 : 2 * (macs ?? 0) + (ops ?? 0);
}

/** What crosses to the outermost memory; of a timed platform, which counts none, the tensors. */
function bytesOf(layer: Layer, { platform }: Result): number | null {
  if (!isMapped(platform)) return layer.bytes ?? null;
  const outermost = platform.levels[0]?.id;
  return accessTerms(layer)
    .filter(({ level }) => level === outermost)
    .reduce((sum, { accesses, bits_per_word }) => sum + (accesses * bits_per_word) / 8, 0);
}

/** The costs of an operation and a byte; null where the result does not tell them apart. */
function constantsOf(known: readonly Known[], result: Result, unit: CostUnit): Constants | null {
  const outermost = isMapped(result.platform) ? result.platform.levels[0]?.id : "memory";
  const total = { ops: 0, bytes: 0, computing: 0, moving: 0 };
  for (const { row, ops, bytes } of known) {
    let [computing, moving] = [0, 0];
    for (const [tensor, levels] of Object.entries(layerParts(row.layer, unit))) {
      for (const [level, cost] of Object.entries(levels ?? {})) {
        if (tensor === "computation") computing += cost ?? 0;
        else if (level === outermost) moving += cost ?? 0;
      }
    }
    // A layer whose operations or bytes cost nothing by themselves says nothing of either.
    if (computing > 0) total.ops += ops;
    if (moving > 0) total.bytes += bytes;
    total.computing += Math.max(0, computing);
    total.moving += Math.max(0, moving);
  }
  if (!(total.computing > 0 && total.moving > 0)) return null;
  return { op: total.computing / total.ops, byte: total.moving / total.bytes };
}

type Reach = readonly [number, number];

/** Ends a little beyond the least and the largest, at least a decade apart. */
function reach(values: readonly number[]): Reach {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!(low > 0 && Number.isFinite(high))) return [1, 10];
  const [from, to] = [low / 1.6, high * 1.6];
  const more = Math.sqrt(Math.max(1, 10 / (to / from)));
  return [from / more, to * more];
}

function scale([low, high]: Reach, from: number, to: number) {
  const span = Math.log(high / low);
  return (value: number) => from + (Math.log(value / low) / span) * (to - from);
}

/** Powers of ten; where there are few, their doubles and fives too. */
function ticksIn([low, high]: Reach): readonly number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 2.5 ? [1] : [1, 2, 5];
  const every = Math.ceil(decades / 7);
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    if (power % every !== 0) continue;
    for (const step of steps) {
      const value = Number(`${step}e${power}`);
      if (value >= low && value <= high) found.push(value);
    }
  }
  return found;
}

/** What an operation costs at so many operations a byte; on a datasheet moving hides behind computing. */
function costAt({ platform }: Result, { op, byte }: Constants): (perByte: number) => number {
  if (platform.kind === "datasheet") return (perByte) => Math.max(op, byte / perByte);
  return (perByte) => op + byte / perByte;
}

function roofPath(
  cost: (perByte: number) => number,
  [low, high]: Reach,
  [, top]: Reach,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const corners = Array.from({ length: 97 }, (_, i) => low * (high / low) ** (i / 96))
    // It begins where it comes into the plot from above.
    .filter((at) => cost(at) <= top)
    .map((at) => `${x(at).toFixed(1)} ${y(cost(at)).toFixed(1)}`);
  return corners.length === 0 ? "" : `M${corners.join("L")}`;
}

/** Names of the largest points, each where it covers neither a point nor another name. */
function labelsOf(points: readonly RooflinePoint[], plot: Roofline["plot"]): Roofline["labels"] {
  const found: RooflineLabel[] = [];
  for (const point of points.slice(0, LABELS)) {
    const name = point.row.layer.name;
    const text = name.length > 22 ? `…${name.slice(-21)}` : name;
    const length = text.length * CHARACTER;
    const aside = point.radius + 5;
    const above = point.radius + 9;
    const places: readonly Omit<RooflineLabel, "text">[] = [
      { x: point.x + aside, y: point.y, end: false },
      { x: point.x - aside, y: point.y, end: true },
      { x: point.x - length / 2, y: point.y - above, end: false },
      { x: point.x - length / 2, y: point.y + above, end: false },
    ];
    const free = places.find(({ x, y, end }) => {
      const [from, to] = end ? [x - length, x] : [x, x + length];
      const inside =
        from >= plot.left && to <= plot.right && y > plot.top + 8 && y < plot.bottom - 8;
      const covers = (left: number, right: number, at: number, high: number) =>
        right > from && left < to && Math.abs(at - y) < high + 7;
      return (
        inside &&
        !found.some((l) => {
          const long = l.text.length * CHARACTER;
          return covers(l.end ? l.x - long : l.x, l.end ? l.x : l.x + long, l.y, 7);
        }) &&
        !points.some((p) => p !== point && covers(p.x - p.radius, p.x + p.radius, p.y, p.radius))
      );
    });
    if (free !== undefined) found.push({ ...free, text });
  }
  return found;
}

/** The layer meant by a place on the picture: the nearest within reach. */
export function pointAt({ points }: Roofline, x: number, y: number): RooflinePoint | null {
  let nearest: RooflinePoint | null = null;
  let least = 24;
  for (const point of points) {
    const distance = Math.hypot(point.x - x, point.y - y) - point.radius;
    if (distance <= least) {
      least = distance;
      nearest = point;
    }
  }
  return nearest;
}

/** What the picture says, and how its lines were got. */
export function rooflineFinding(result: Result, picture: Roofline, word: string): string {
  const { points, constants, unit, memory, left } = picture;
  if (points.length === 0) return "No layer has known operations, bytes and costs.";
  const bytes = memory === null ? "byte of its tensors" : `byte moved to or from ${memory}`;
  const out =
    left.count === 0
      ? ""
      : ` Not drawn: ${layersText(left.count)} of no operations or unknown numbers, ${share(left.share)} of the ${word}.`;
  if (constants === null)
    return `Operations by ${bytes}. What computing and moving cost apart is not known here, so there is no line.${out}`;
  const balance = constants.byte / constants.op;
  const below = points.filter(({ perByte }) => perByte < balance);
  const part = below.reduce((sum, { row }) => sum + (row.share ?? 0), 0);
  const costs = `an operation costs ${quantity(constants.op, unit)}, a ${bytes} ${quantity(constants.byte, unit)}, so both cost the same at ${tick(Number(balance.toPrecision(3)))} operations a byte`;
  const rest = isMapped(result.platform)
    ? "What lies above the line moves on the chip."
    : result.platform.kind === "datasheet"
      ? "The datasheet’s estimate lets both overlap: the larger counts."
      : "A layer off the line differs from these means.";
  const which =
    below.length === points.length
      ? `All ${layersText(points.length)} drawn lie`
      : `${below.length} of ${layersText(points.length)}, with ${share(part)} of the ${word}, lie`;
  return `${which} left of the balance point, where moving costs more than computing. Means of this model: ${costs}. ${rest}${out}`;
}

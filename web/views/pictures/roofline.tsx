import { useMemo } from "preact/hooks";
import { costWord, unitOf } from "../../lib/cost.ts";
import { kindLabel, kindPaint } from "../../lib/kinds.ts";
import {
  pointAt,
  type Roofline as RooflineGeometry,
  roofline,
  rooflineFinding,
} from "../../lib/pictures/roofline.ts";
import { memo } from "../memo.ts";
import { useWidth } from "../use_width.ts";
import { Frame, type PictureProps, usePointed } from "./frame.tsx";
import { Says } from "./says.tsx";

const HEIGHT = 340;

/** Operations per byte against energy per operation, a point for each layer. */
export function Roofline(props: PictureProps) {
  const { result, rows, selected } = props;
  const [frame, width] = useWidth(640);
  const pointed = usePointed(props.pointing);
  const picture = useMemo(() => roofline(result, rows, width, HEIGHT), [result, rows, width]);
  const unit = unitOf(result);
  const word = costWord(unit);
  const says = rooflineFinding(result, picture, word);
  const kinds = useMemo(
    () => [...new Set(picture.points.map(({ row }) => row.layer.kind))],
    [picture],
  );
  const order = useMemo(
    () => [...picture.points].sort((a, b) => a.perByte - b.perByte).map(({ row }) => row.index),
    [picture],
  );
  return (
    <>
      <Says text={says} />
      <ul class="legend">
        {kinds.map((kind) => (
          <li key={kind}>
            <svg class="swatch" width="12" height="12" aria-hidden="true">
              <path class={`fill-${kindPaint(kind)}`} d={shape(kind, 6, 6, 5)} />
            </svg>
            {kindLabel(kind)}
          </li>
        ))}
      </ul>
      <Frame
        {...props}
        frame={frame}
        width={width}
        height={HEIGHT}
        title={`${word === "time" ? "Time" : "Energy"} roofline of ${picture.points.length} layers`}
        says={says}
        order={order}
        at={(x, y) => pointAt(picture, x, y)?.row.index ?? null}
        ends={(index) => {
          const point = pointOf(picture, index);
          return point === undefined ? null : [point.x - point.radius, point.x + point.radius];
        }}
      >
        <Ground picture={picture} unit={unit} />
        <Points picture={picture} />
        <PointMark picture={picture} index={pointed} kind="outline hovered" />
        <PointMark picture={picture} index={selected} kind="outline" />
      </Frame>
    </>
  );
}

/** Axes, the line, and the balance point. */
const Ground = memo(({ picture, unit }: { picture: RooflineGeometry; unit: string }) => {
  const { plot, roof, xTicks, yTicks } = picture;
  const { left, right, top, bottom } = plot;
  return (
    <>
      <g class="axis">
        {yTicks.map(({ at, text }) => (
          <g key={text}>
            <line x1={left} x2={right} y1={at} y2={at} />
            <text class="tick" x={left - 6} y={at} dy="0.32em">
              {text}
            </text>
          </g>
        ))}
        {xTicks.map(({ at, text }) => (
          <g key={text}>
            <line x1={at} x2={at} y1={top} y2={bottom} />
            <text class="label" x={at} y={bottom + 14}>
              {text}
            </text>
          </g>
        ))}
        <text class="label" x={(left + right) / 2} y={bottom + 32}>
          operations per byte {picture.memory === null ? "of tensors" : `of ${picture.memory}`}
        </text>
        <text
          class="label"
          transform={`translate(11 ${(top + bottom) / 2}) rotate(-90)`}
        >{`${unit} per operation`}</text>
      </g>
      {roof !== null && (
        <g class="roof">
          <path d={roof.path} />
          <path class="thin" d={`M${left} ${roof.floorY}H${right}`} />
          <path class="thin" d={`M${roof.balanceX} ${top}V${bottom}`} />
          <text x={right - 2} y={(roof.floorY ?? 0) - 4} class="end">
            computing alone
          </text>
          <text
            x={roof.balanceX ?? 0}
            y={top + 10}
            dx={(roof.balanceX ?? 0) > (left + right) / 2 ? -5 : 5}
            class={(roof.balanceX ?? 0) > (left + right) / 2 ? "end" : ""}
          >
            balance point
          </text>
        </g>
      )}
    </>
  );
});

const Points = memo(({ picture }: { picture: RooflineGeometry }) => (
  <g class="points">
    {picture.points.map(({ row, x, y, radius }) => (
      <path
        key={row.index}
        class={`fill-${kindPaint(row.layer.kind)}`}
        d={shape(row.layer.kind, x, y, radius)}
      />
    ))}
    {picture.labels.map(({ x, y, text, end }) => (
      <text key={text} class={end ? "end" : ""} x={x} y={y} dy="0.32em">
        {text}
      </text>
    ))}
  </g>
));

function PointMark(props: { picture: RooflineGeometry; index: number | null; kind: string }) {
  const point = props.index === null ? undefined : pointOf(props.picture, props.index);
  if (point === undefined) return null;
  return <circle class={props.kind} cx={point.x} cy={point.y} r={point.radius + 3} />;
}

function pointOf({ points }: RooflineGeometry, index: number) {
  return points.find(({ row }) => row.index === index);
}

/** Kinds differ by shape as by colour. */
function shape(kind: string, x: number, y: number, r: number): string {
  const at = `M${x.toFixed(1)} ${y.toFixed(1)}`;
  switch (kind) {
    case "conv":
      return `${at}m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    case "dense":
      return `${at}m${-0.88 * r} ${-0.88 * r}h${1.76 * r}v${1.76 * r}h${-1.76 * r}Z`;
    case "pool":
      return `${at}m0 ${-1.1 * r}l${1.1 * r} ${1.9 * r}h${-2.2 * r}Z`;
    case "elementwise":
      return `${at}m0 ${1.1 * r}l${1.1 * r} ${-1.9 * r}h${-2.2 * r}Z`;
    case "norm":
    case "reduce": {
      const a = r / 2.6;
      const b = r - a;
      return `${at}m${-a} ${-r}h${2 * a}v${b}h${b}v${2 * a}h${-b}v${b}h${-2 * a}v${-b}h${-b}v${-2 * a}h${b}Z`;
    }
    default:
      return `${at}m0 ${-1.2 * r}l${1.2 * r} ${1.2 * r}l${-1.2 * r} ${1.2 * r}l${-1.2 * r} ${-1.2 * r}Z`;
  }
}

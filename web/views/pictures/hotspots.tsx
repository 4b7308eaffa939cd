import { useMemo } from "preact/hooks";
import { costWord, unitOf } from "../../lib/cost.ts";
import { layersText, quantity, share } from "../../lib/format.ts";
import {
  BAR_HEIGHT,
  type Hotspot,
  type HotspotPicture,
  hotspotFinding,
  hotspotPicture,
} from "../../lib/pictures/hotspots.ts";
import { hasPattern } from "../patterns.tsx";
import { useWidth } from "../use_width.ts";
import { Frame, type PictureProps, usePointed } from "./frame.tsx";
import { Says } from "./says.tsx";

/** A bar for each kind of layer, made of its layers. */
export function Hotspots(props: PictureProps) {
  const { result, rows, selected } = props;
  const [frame, width] = useWidth(640);
  const pointed = usePointed(props.pointing);
  const picture = useMemo(() => hotspotPicture(result, rows, width), [result, rows, width]);
  const { bars } = picture;
  const unit = unitOf(result);
  const word = costWord(unit);
  const says = hotspotFinding(picture, word);
  const order = useMemo(
    () => bars.flatMap(({ pieces }) => pieces.map(({ row }) => row.index)),
    [bars],
  );
  return (
    <>
      <Says
        text={`${says} Each bar is made of its layers; the upright mark is the share of the MACs.`}
      />
      <Frame
        {...props}
        frame={frame}
        width={width}
        height={picture.height}
        title={`${word === "time" ? "Time" : "Energy"} of ${bars.length} kinds of layers`}
        says={says}
        order={order}
        at={(x, y) => pieceAt(picture, x, y)}
        ends={(index) => {
          const piece = pieceOf(picture, index);
          return piece === null ? null : [piece.x, piece.x + piece.width];
        }}
      >
        {bars.map((bar) => (
          <g key={bar.kind}>
            <text class="kind-name" x="2" y={bar.y + 13}>
              {bar.label}
              <tspan class="soft"> {layersText(bar.layers)}</tspan>
            </text>
            <text class="kind-share" x={width - 2} y={bar.y + 13}>
              {width >= 480 && <tspan class="soft">{`${quantity(bar.cost, unit)}   `}</tspan>}
              {share(bar.share)}
              {bar.macs !== null && width >= 380 && (
                <tspan class="soft">{`   ${share(bar.macs)} of MACs`}</tspan>
              )}
            </text>
            <KindBar bar={bar} />
          </g>
        ))}
        <PieceMark picture={picture} index={pointed} kind="outline hovered" />
        <PieceMark picture={picture} index={selected} kind="outline" />
      </Frame>
    </>
  );
}

function KindBar({ bar }: { bar: Hotspot }) {
  const { paint, pieces, barY: y } = bar;
  const last = pieces.at(-1);
  const end = last === undefined ? 2 : last.x + last.width;
  const box = { x: 2, y, width: end - 2, height: BAR_HEIGHT };
  return (
    <>
      <rect class={`fill-${paint}`} {...box} />
      {hasPattern(paint) && <rect {...box} fill={`url(#pattern-${paint})`} />}
      {pieces.map(({ row, x, width }) =>
        width < 3 ? null : (
          <line
            key={row.index}
            class="parting"
            x1={x + width}
            x2={x + width}
            y1={y}
            y2={y + BAR_HEIGHT}
          />
        ),
      )}
      {bar.markX !== null && (
        <path class="macs-mark" d={`M${bar.markX} ${y - 3}v${BAR_HEIGHT + 6}`} />
      )}
    </>
  );
}

function PieceMark(props: { picture: HotspotPicture; index: number | null; kind: string }) {
  const piece = props.index === null ? null : pieceOf(props.picture, props.index);
  if (piece === null) return null;
  const width = Math.max(3, piece.width);
  return (
    <rect class={props.kind} x={piece.x} y={piece.barY - 1} width={width} height={BAR_HEIGHT + 2} />
  );
}

function pieceOf({ bars }: HotspotPicture, index: number) {
  for (const { pieces, barY } of bars) {
    const piece = pieces.find(({ row }) => row.index === index);
    if (piece !== undefined) return { ...piece, barY };
  }
  return null;
}

/** The layer at a place; beside a bar's end its nearest. */
function pieceAt({ bars }: HotspotPicture, x: number, y: number): number | null {
  const bar = bars.find(({ barY }) => y >= barY - 4 && y <= barY + BAR_HEIGHT + 4);
  if (bar === undefined) return null;
  return bar.pieces.find((piece) => x >= piece.x && x < piece.x + piece.width)?.row.index ?? null;
}

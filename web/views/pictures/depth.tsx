import { useMemo } from "preact/hooks";
import { costWord, unitOf } from "../../lib/cost.ts";
import { barAt } from "../../lib/dense_chart.ts";
import { depthFinding, depthPicture } from "../../lib/pictures/depth.ts";
import { BarMarks } from "../chart_bars.tsx";
import { endsOf, LayerAxis } from "../energy_chart.tsx";
import { useWidth } from "../use_width.ts";
import { Frame, type PictureProps, usePointed } from "./frame.tsx";
import { Says } from "./says.tsx";

const HEIGHT = 268;

/** Where in the network the energy is, against where the MACs are. */
export function Depth(props: PictureProps) {
  const { result, rows } = props;
  const [frame, width] = useWidth(640);
  const pointed = usePointed(props.pointing);
  const picture = useMemo(() => depthPicture(rows, width, HEIGHT), [rows, width]);
  const { chart, cost, macs, ticks } = picture;
  const word = costWord(unitOf(result));
  const says = depthFinding(rows, picture, word);
  const half = (chart.plot.top + chart.plot.bottom) / 2;
  return (
    <>
      <Says text={says} />
      <ul class="legend">
        <Line of="depth-cost" label={word === "time" ? "Time" : "Energy"} />
        {macs !== null && <Line of="depth-macs" label="MACs" />}
      </ul>
      <Frame
        {...props}
        frame={frame}
        width={width}
        height={HEIGHT}
        title={`Share of ${word} and MACs reached with each of ${rows.length} layers`}
        says={says}
        at={(x) => barAt(chart, x)?.row.index ?? null}
        ends={(index) => endsOf(chart, index)}
      >
        <BarMarks chart={chart} bars={chart.bars} selected={props.selected} pointed={pointed} />
        <LayerAxis chart={chart} ticks={ticks} />
        {cost !== null && (
          <path
            class="depth-area"
            d={`${cost.path}V${chart.plot.bottom}H${chart.bars[0]?.left ?? 0}Z`}
          />
        )}
        {macs !== null && <path class="depth-macs" d={macs.path} />}
        {cost !== null && (
          <>
            <path class="depth-cost" d={cost.path} />
            <circle
              class="depth-dot"
              cx={endsOf(chart, cost.half)?.[1]}
              cy={yAt(cost.shares)}
              r="4"
            />
          </>
        )}
      </Frame>
    </>
  );

  /** The height of the layer with which half is reached. */
  function yAt(shares: readonly number[]): number {
    const reached = shares[cost?.half ?? 0] ?? 0.5;
    return half + (0.5 - reached) * (chart.plot.bottom - chart.plot.top);
  }
}

function Line({ of, label }: { of: string; label: string }) {
  return (
    <li>
      <svg class="swatch" width="26" height="12" aria-hidden="true">
        <path class={of} d="M0 6H26" />
      </svg>
      {label}
    </li>
  );
}

import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { type CostUnit, type Series, unitOf } from "../../lib/cost.ts";
import { quantity, share } from "../../lib/format.ts";
import type { Pointing } from "../../lib/pointing.ts";
import type { Result } from "../../lib/result.ts";
import type { Row } from "../../lib/rows.ts";
import { ChartTooltip } from "../chart_tooltip.tsx";
import { Patterns } from "../patterns.tsx";

/** What every picture of a breakdown is drawn from. */
export interface PictureProps {
  readonly result: Result;
  /** In network order; a row's place is its layer's. */
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  readonly selected: number | null;
  readonly pointing: Pointing;
  readonly onSelect: (index: number) => void;
}

/** Left and right end of what stands for a layer: what a tooltip keeps clear of. */
export type Ends = readonly [number, number];

interface Props extends PictureProps {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** What the picture says. */
  readonly says: string;
  /** The layers in the order in which the arrow keys go through them; without, the network's. */
  readonly order?: readonly number[] | undefined;
  /** The layer at a place, in pixels. */
  readonly at: (x: number, y: number) => number | null;
  readonly ends: (index: number) => Ends | null;
  /** Instead of choosing the layer at a place. */
  readonly onPress?: ((x: number, y: number) => void) | undefined;
  /** Keys besides the arrows; whether one was of use. */
  readonly onKey?: ((key: string) => boolean) | undefined;
  readonly children: ComponentChildren;
}

/**
 * An SVG that finds the layer meant by the mouse, with a tooltip, and a slider laid over it that goes
 * through the same layers by keyboard and tells a screen reader of each.
 */
export function Frame(props: Props) {
  const { rows, width, height, selected, onSelect, at, pointing } = props;
  const [pointed, setPointed] = useState<number | null>(null);
  const [focused, setFocused] = useState(false);
  const placed = (event: MouseEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top] as const;
  };
  const point = (index: number | null) => {
    setPointed(index);
    pointing.point(index, "chart");
  };
  const press = (event: MouseEvent) => {
    const [x, y] = placed(event);
    if (props.onPress !== undefined) return props.onPress(x, y);
    const index = at(x, y);
    if (index !== null) onSelect(index);
  };
  const told = pointed ?? (focused ? selected : null);
  const row = told === null ? undefined : rows[told];
  const ends = told === null ? null : props.ends(told);
  return (
    <div class="frame" ref={props.frame}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the slider and the table's buttons take keys */}
      <svg
        role="img"
        width={width}
        height={height}
        aria-labelledby="chart-name"
        aria-describedby="chart-finding"
        onClick={press}
        onMouseMove={(event) => point(at(...placed(event)))}
        onMouseLeave={() => point(null)}
      >
        <title id="chart-name">{props.title}</title>
        <desc id="chart-finding">{`${props.says} The table below has the numbers.`}</desc>
        <Patterns />
        {props.children}
      </svg>
      <LayerKeys {...props} onFocused={setFocused} />
      {row !== undefined && ends !== null && (
        <ChartTooltip
          row={row}
          ends={ends}
          series={props.series}
          unit={unitOf(props.result)}
          width={width}
        />
      )}
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

function LayerKeys(props: Props & { onFocused: (focused: boolean) => void }) {
  const { rows, selected, onSelect, onKey } = props;
  const order = useMemo(() => props.order ?? rows.map(({ index }) => index), [props.order, rows]);
  const place = selected === null ? -1 : order.indexOf(selected);
  const row = selected === null ? undefined : rows[selected];
  const key = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = STEPS[event.key];
    if (by === undefined) {
      if (onKey?.(event.key) === true) event.preventDefault();
      return;
    }
    event.preventDefault();
    const to = order[Math.max(0, Math.min(order.length - 1, place + by))];
    if (to !== undefined) onSelect(to);
  };
  if (order.length === 0) return null;
  return (
    <div
      class="keys"
      role="slider"
      tabIndex={0}
      aria-label="Layer"
      aria-valuemin={1}
      aria-valuemax={order.length}
      aria-valuenow={place + 1 || 1}
      aria-valuetext={row === undefined ? "none" : spoken(row, unitOf(props.result))}
      onKeyDown={key}
      onFocus={() => props.onFocused(true)}
      onBlur={() => props.onFocused(false)}
    />
  );
}

function spoken({ layer, cost, share: part }: Row, unit: CostUnit): string {
  return `${layer.name}, ${layer.kind}: ${quantity(cost, unit)}, ${share(part)}`;
}

/** The layer that the other of chart and table points at. */
export function usePointed(pointing: Pointing): number | null {
  const [pointed, setPointed] = useState<number | null>(null);
  useEffect(() => pointing.listen((index) => setPointed(index)), [pointing]);
  return pointed;
}

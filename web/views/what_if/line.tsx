import { tick } from "../../lib/format.ts";
import { aboutResult } from "../../lib/picture_file.ts";
import type { Result } from "../../lib/result.ts";
import { type LinePoint, lineOf, PLOT } from "../../lib/what_if_line.ts";
import { SavePicture } from "../pictures/save_picture.tsx";
import { useWidth } from "../use_width.ts";

const HEIGHT = 170;

export interface Mark extends LinePoint {
  readonly label: string;
  /** The point in words. */
  readonly text: string;
  readonly chosen?: boolean;
}

/** A small curve; its points are pressed where something comes of it. */
export function Line(props: {
  title: string;
  unit: string;
  marks: readonly Mark[];
  /** Ends the name of its file. */
  name: string;
  /** What it was worked out from. */
  of: Result;
  onPress?: (at: number) => void;
}) {
  const { title, unit, marks, onPress } = props;
  const [frame, width] = useWidth(560);
  const { ticks, places, path } = lineOf(marks, width, HEIGHT);
  const press = (at: number) => marks[at]?.value != null && onPress?.(at);
  const many = marks.length > 30;
  return (
    <figure class="curve-line">
      <div class="frame" ref={frame}>
        <svg
          role={onPress === undefined ? "img" : "group"}
          class="line"
          width={width}
          height={HEIGHT}
          aria-label={title}
        >
          <title>{title}</title>
          <g class="axis">
            {ticks.map(({ value, y }) => (
              <g key={value}>
                <line x1={PLOT.start} x2={width - PLOT.end} y1={y} y2={y} />
                <text class="tick" x={PLOT.start - 6} y={y} dy="0.32em">
                  {value === 0 ? `0 ${unit}` : tick(value)}
                </text>
              </g>
            ))}
          </g>
          <path d={path} />
          {places.map(({ x, y }, at) => {
            const { label, text, chosen = false } = marks[at] as Mark;
            return (
              <g
                key={label}
                {...(onPress === undefined || y === null
                  ? {}
                  : {
                      role: "button",
                      // Hundreds of points are not tabbed through; SVG knows no other spelling.
                      tabindex: many ? -1 : 0,
                      "aria-label": text,
                      "aria-pressed": chosen,
                      onClick: () => press(at),
                      onKeyDown: (event: KeyboardEvent) => {
                        if (event.key !== "Enter" && event.key !== " ") return;
                        event.preventDefault();
                        press(at);
                      },
                    })}
              >
                <title>{text}</title>
                <rect x={x - 16} y={0} width={32} height={HEIGHT} />
                {y !== null && !many && <circle cx={x} cy={y} r={chosen ? 6 : 3.5} />}
                {(!many || at === 0 || at === marks.length - 1) && (
                  <text class={chosen ? "label chosen" : "label"} x={x} y={HEIGHT - 8}>
                    {label}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </div>
      <SavePicture name={props.name} about={() => aboutResult(props.of)} label="Save" />
    </figure>
  );
}

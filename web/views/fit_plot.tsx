import { bandOfPoints, fitPlot } from "../lib/fit_plot.ts";
import { aboutPlatform, fileStem } from "../lib/picture_file.ts";
import { pointsOf } from "../lib/profile_facts.ts";
import type { Fit, PlatformSummary } from "../lib/result.ts";
import { SavePicture } from "./pictures/save_picture.tsx";

const SIZE = 214;

interface Props {
  readonly kind: string;
  readonly quantity: "time" | "power";
  readonly fit: Fit | null;
  readonly platform: PlatformSummary;
}

/** What was predicted of rows the fit had not seen, against what was measured. */
export function FitPlotView({ kind, quantity, fit, platform }: Props) {
  const points = pointsOf(fit);
  // The bands of power go by the time of the layer, which is no axis here.
  const bands = quantity === "time" ? (fit?.interval?.bands ?? []) : bandOfPoints(points);
  const unit = quantity === "time" ? "s" : "W";
  const plot = fitPlot(points, bands, unit, SIZE);
  if (plot === null) return null;
  const { left, right, top, bottom } = plot;
  const title = `${kind}, ${quantity}`;
  return (
    <figure class="fit">
      <figcaption>{title}</figcaption>
      <svg
        role="img"
        width={SIZE}
        height={SIZE}
        aria-label={`${title}: predicted against measured`}
      >
        <path class="fit-band" d={plot.band} />
        <g class="axis">
          {plot.ticks.map(({ x, y, text }) => (
            <g key={text}>
              <line x1={left} x2={right} y1={y} y2={y} />
              <line x1={x} x2={x} y1={top} y2={bottom} />
              <text class="tick" x={left - 5} y={y} dy="0.32em">
                {text}
              </text>
              <text class="label" x={x} y={bottom + 15}>
                {text}
              </text>
            </g>
          ))}
        </g>
        <path class="fit-identity" d={plot.identity} />
        <path class="fit-dots" d={plot.dots} />
      </svg>
      <SavePicture
        name={fileStem("fit", kind, quantity)}
        about={() => aboutPlatform(platform)}
        label="Save"
      />
    </figure>
  );
}

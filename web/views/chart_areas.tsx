/** The bars of very many layers: an area for each series. */
import type { DenseChart } from "../lib/dense_chart.ts";
import { memo } from "./memo.ts";

export const ChartAreas = memo(({ dense }: { dense: DenseChart }) => (
  <g class="areas">
    {dense.areas.map(({ series, paint, path }) => (
      <path key={series} class={`fill-${paint}`} d={path} />
    ))}
  </g>
));

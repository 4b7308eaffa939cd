import { useEffect } from "preact/hooks";
import { isMapped } from "../../lib/result.ts";
import { Fusion } from "../fusion.tsx";
import { Batch } from "../what_if/batch.tsx";
import { Exits } from "../what_if/exits.tsx";
import { Hardware } from "../what_if/hardware.tsx";
import { Layers } from "../what_if/layers.tsx";
import { Part, Wish } from "../what_if/part.tsx";
import { Pruning } from "../what_if/pruning.tsx";
import { TokenCosts } from "../what_if/tokens.tsx";
import type { PanelProps } from "./panel.ts";

/** What can be tried out of the model and the platform, beyond the dials of the bar. */
export function WhatIf(props: PanelProps) {
  const { bench, state, choices, shown } = props;
  const mapped = isMapped(shown.result.platform);
  const ready = state.work === null && state.stage.name === "ready";
  useEffect(() => {
    if (ready) bench.warm();
  }, [ready]);
  return (
    <div class="what-if">
      <Batch {...props} />
      {mapped && <Hardware {...props} />}
      <Layers {...props} />
      <Exits {...props} />
      <TokenCosts {...props} />
      {mapped && <Pruning {...props} />}
      {mapped && (
        <Part
          title="What if layers were fused"
          about="The feature map between two layers could stay on chip, where it fits. The breakdown stays as it is."
          aside={
            <Wish on={choices.fuse} onWish={(fuse) => bench.choose({ fuse })}>
              Look at every pair
            </Wish>
          }
        >
          <Fusion result={shown.result} />
        </Part>
      )}
    </div>
  );
}

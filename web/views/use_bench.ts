/** The workbench's state in a component. */
import { useEffect, useState } from "preact/hooks";
import type { PageState } from "../lib/page_state.ts";
import type { Workbench } from "../lib/workbench.ts";

export function useBench(bench: Workbench): PageState {
  const [state, setState] = useState(bench.now);
  useEffect(() => {
    setState(bench.now);
    return bench.subscribe(() => setState(bench.now));
  }, [bench]);
  return state;
}

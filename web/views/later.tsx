import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A view whose code is loaded when it is first shown. */
export function Later<Props extends object>(props: {
  readonly load: () => Promise<ComponentType<Props>>;
  readonly with: Props;
}) {
  const { load } = props;
  const [loaded, setLoaded] = useState<{
    view: ComponentType<Props> | null;
    of: typeof load;
  } | null>(null);
  useEffect(() => {
    let still = true;
    load().then(
      (view) => still && setLoaded({ view, of: load }),
      () => still && setLoaded({ view: null, of: load }),
    );
    return () => {
      still = false;
    };
  }, [load]);
  if (loaded === null || loaded.of !== load) return <p class="hint">Loading …</p>;
  const View = loaded.view;
  if (View === null) return <p>This part of the page could not be loaded. Reload the page.</p>;
  return <View {...props.with} />;
}

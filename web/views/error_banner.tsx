import { useEffect, useRef } from "preact/hooks";
import type { EngineError } from "../lib/protocol.ts";

/** What went wrong, what to do, and its code. The region is always there, so that it is read out. */
export function ErrorBanner(props: { error: EngineError | null; onDismiss: () => void }) {
  const { error, onDismiss } = props;
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error !== null) region.current?.scrollIntoView({ block: "nearest" });
  }, [error]);
  return (
    <div ref={region} role="alert" class="error" data-on={error !== null}>
      {error !== null && (
        <>
          <p>
            <strong>{error.message}</strong> {error.remedy} <code>{error.code}</code>
          </p>
          <button type="button" onClick={onDismiss}>
            Dismiss
          </button>
        </>
      )}
    </div>
  );
}

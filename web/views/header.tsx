import type { ComponentChildren } from "preact";
import type { Stage } from "../lib/protocol.ts";

/** The page's name, what it is for, and how far the engine is. */
export function Header({ stage, children }: { stage: Stage; children: ComponentChildren }) {
  return (
    <header class="top">
      <Mark />
      <h1>Joulegraph</h1>
      <p>
        Drop an ONNX file and see what one inference costs, in which layers, and why. It stays in
        this tab.
      </p>
      <EngineStage stage={stage} />
      {children}
    </header>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
      <path class="fill-ifmap" d="M2 9h3v5H2z" />
      <path class="fill-weight" d="M6.5 2h3v12h-3z" />
      <path class="fill-ofmap" d="M11 6h3v8h-3z" />
    </svg>
  );
}

function EngineStage({ stage }: { stage: Stage }) {
  const percent = stage.fraction === null ? "" : ` ${Math.round(stage.fraction * 100)} %`;
  const text = stage.name === "ready" ? "Engine ready" : `${stage.text}${percent}`;
  return (
    <p class={`stage stage-${stage.name}`}>
      <span class="dot" aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}

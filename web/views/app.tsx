import { useCallback, useEffect } from "preact/hooks";
import { totalCost, unitOf } from "../lib/cost.ts";
import { finding } from "../lib/finding.ts";
import { quantity } from "../lib/format.ts";
import type { PageState } from "../lib/page_state.ts";
import { formOf } from "../lib/question_form.ts";
import type { Workbench } from "../lib/workbench.ts";
import { Breakdown } from "./breakdown.tsx";
import { Controls } from "./controls.tsx";
import { DataflowChoice } from "./dataflow_choice.tsx";
import { DropZone } from "./drop_zone.tsx";
import { ErrorBanner } from "./error_banner.tsx";
import { Header } from "./header.tsx";
import { LinkSummary } from "./link_summary.tsx";
import { ModelPicker } from "./model_picker.tsx";
import { ObjectiveChoice } from "./objective_choice.tsx";
import { PlatformPicker } from "./platform_picker.tsx";
import { Questions } from "./questions.tsx";
import { Warnings } from "./remarks.tsx";
import { Summary } from "./summary.tsx";
import { TakeAlong } from "./take_along.tsx";
import { UpdateNotice } from "./update_notice.tsx";
import { useBench } from "./use_bench.ts";
import { WorkLine } from "./work_line.tsx";

interface Props {
  readonly bench: Workbench;
  /** Changes over to a new version of the page; null as long as there is none. */
  readonly update: (() => void) | null;
}

/** The one screen. */
export function App({ bench, update }: Props) {
  const state = useBench(bench);
  const { opened, choices, shown, linkTotals } = state;
  const form = formOf(state);
  const behind = state.work?.behind === true;
  useEffect(() => {
    document.documentElement.dataset.state = stateName(state);
    document.title = shown === null ? "Joulegraph" : `${shown.result.model.name} – Joulegraph`;
  });
  const fuse = useCallback((fuse: boolean) => bench.choose({ fuse }), [bench]);
  const openFiles = (files: readonly File[]) => void bench.openFiles(files);
  return (
    <>
      <Header stage={state.stage} />
      <nav class="bar" aria-label="Model and options">
        <ModelPicker
          samples={state.samples}
          chosen={opened?.sample?.id ?? ""}
          onFiles={openFiles}
          onSample={(sample) => void bench.openSample(sample)}
        />
        {choices !== null && (
          <PlatformPicker
            platforms={state.platforms}
            chosen={choices.platform}
            own={state.own}
            onPlatform={(platform) => bench.choosePlatform(platform)}
            onFiles={openFiles}
            onRemove={() => bench.removeOwnPlatform()}
          />
        )}
        {choices !== null && shown !== null && (
          <DataflowChoice
            result={shown.result}
            chosen={choices.dataflow}
            onDataflow={(dataflow) => bench.choose({ dataflow })}
          />
        )}
        {choices !== null && shown !== null && (
          <ObjectiveChoice
            result={shown.result}
            chosen={choices.objective}
            onObjective={(objective) => bench.choose({ objective })}
          />
        )}
        {shown !== null && <TakeAlong shown={shown} />}
        {opened !== null && choices !== null && shown !== null && (
          <Controls
            opened={opened}
            choices={choices}
            shown={shown}
            onChoose={(change) => bench.choose(change)}
            onSlide={(change) => bench.slide(change)}
            onReach={() => bench.warm()}
          />
        )}
        {form !== null && (
          <Questions
            key={state.attempt?.opened.title ?? opened?.title ?? ""}
            form={form}
            onGive={(given) => bench.give(given)}
          />
        )}
      </nav>
      <WorkLine
        work={state.work}
        provisional={behind && shown?.provisional === true}
        onCancel={() => {
          bench.cancel();
          focusMain();
        }}
      />
      <UpdateNotice update={update} />
      <ErrorBanner
        error={state.error}
        onDismiss={() => {
          bench.dismissError();
          focusMain();
        }}
      />
      <main id="main" tabIndex={-1}>
        {linkTotals !== null && <LinkSummary totals={linkTotals} working={state.work !== null} />}
        {linkTotals === null && shown !== null && (
          <>
            <Warnings warnings={shown.warnings} />
            <Summary shown={shown} title={opened?.sample?.name ?? shown.result.model.name} />
            <Breakdown
              result={shown.result}
              stale={state.work !== null && !behind}
              fuse={choices?.fuse ?? false}
              onFuse={fuse}
            />
          </>
        )}
      </main>
      <p class="unseen" role="status">
        {spoken(state)}
      </p>
      <footer>
        <p>
          Drop an ONNX file or a table of layers anywhere on this page. It stays in this tab: the
          page asks no other host for anything.
        </p>
        <p>
          {shown !== null &&
            `Engine ${shown.result.engine}, platform ${shown.result.platform.hash}`}
        </p>
      </footer>
      <DropZone onFiles={openFiles} />
    </>
  );
}

/** Where the keyboard goes on when the button that was pressed is gone. */
function focusMain(): void {
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** What a test or a style can wait for. */
function stateName({ stage, work, error }: PageState): "boot" | "ready" | "busy" | "error" {
  if (error !== null || stage.name === "failed") return "error";
  if (work !== null) return "busy";
  return stage.name === "ready" ? "ready" : "boot";
}

/** The result in a sentence, read out when it changes. */
function spoken({ shown, work }: PageState): string {
  if (work?.behind === true) return ""; // while a dial is turned, it says its value itself
  if (work !== null) return `Computing ${work.title}`;
  if (shown === null) return "";
  const { result } = shown;
  const energy = quantity(totalCost(result), unitOf(result));
  return `${result.model.name}, batch ${result.options.batch}: ${energy}. ${finding(result)}`;
}

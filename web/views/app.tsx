import { useCallback, useEffect, useState } from "preact/hooks";
import type { ViewChange } from "../lib/breakdown_view.ts";
import { atFirst, backTo, changesOf, comesTo } from "../lib/changes.ts";
import { totalCost, unitOf } from "../lib/cost.ts";
import { finding } from "../lib/finding.ts";
import { quantity } from "../lib/format.ts";
import { encodeLink } from "../lib/link.ts";
import type { PageState } from "../lib/page_state.ts";
import { formOf } from "../lib/question_form.ts";
import type { Workbench } from "../lib/workbench.ts";
import { Breakdown } from "./breakdown.tsx";
import { Changed } from "./changed.tsx";
import { Controls } from "./controls.tsx";
import { DataflowChoice } from "./dataflow_choice.tsx";
import { DropZone } from "./drop_zone.tsx";
import { ErrorBanner } from "./error_banner.tsx";
import { focusMain } from "./focus_main.ts";
import { Header } from "./header.tsx";
import { Keys } from "./keys.tsx";
import { Later } from "./later.tsx";
import { LinkSummary } from "./link_summary.tsx";
import { ModelPicker } from "./model_picker.tsx";
import { ObjectiveChoice } from "./objective_choice.tsx";
import { PlatformPicker } from "./platform_picker.tsx";
import { Questions } from "./questions.tsx";
import { Warnings } from "./remarks.tsx";
import { Summary } from "./summary.tsx";
import { ENTRIES, Tabs } from "./tabs.tsx";
import { TakeAlong } from "./take_along.tsx";
import { UpdateNotice } from "./update_notice.tsx";
import { useBench } from "./use_bench.ts";
import { WorkLine } from "./work_line.tsx";

interface Props {
  readonly bench: Workbench;
  /** Changes over to a new version of the page; null as long as there is none. */
  readonly update: (() => void) | null;
}

const loadEveryday = () => import("./on_demand.ts").then((module) => module.Everyday);

/** The one screen. */
export function App({ bench, update }: Props) {
  const state = useBench(bench);
  const { opened, choices, shown, linkTotals } = state;
  const form = formOf(state);
  const behind = state.work?.behind === true;
  const load = ENTRIES.find(({ tab }) => tab === state.view.tab)?.load ?? null;
  useEffect(() => {
    document.documentElement.dataset.state = stateName(state);
    document.title = shown === null ? "Joulegraph" : `${shown.result.model.name} – Joulegraph`;
  });
  // Off at first; a link that was made with it shows it.
  const opensEveryday = Object.keys(state.view.fields).some((id) => id.startsWith("everyday."));
  const [everyday, setEveryday] = useState(false);
  useEffect(() => {
    if (opensEveryday) setEveryday(true);
  }, [opensEveryday]);
  const openFiles = useCallback((files: readonly File[]) => void bench.openFiles(files), [bench]);
  const openLink = useCallback((link: string) => void bench.openFragment(link), [bench]);
  const lookAt = useCallback(
    (change: ViewChange) => bench.look({ breakdown: { ...bench.now.view.breakdown, ...change } }),
    [bench],
  );
  const toConsole = async (event: Event) => {
    if (shown?.fragment !== null) return;
    event.preventDefault(); // too long for a link to pass on, not for this one
    location.href = `console.html${await encodeLink(bench.wholeState(shown))}`;
  };
  return (
    <>
      <Header stage={state.stage}>
        <Keys />
      </Header>
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
            {opened !== null && choices !== null && (
              <Changed
                changes={changesOf(opened, choices, shown)}
                comesTo={
                  choices === opened.choices ? comesTo(state.plain, opened, shown.result) : ""
                }
                back={backTo({ ...opened, choices }, state.past, shown, state.platforms)}
                onTakeBack={(without) => {
                  bench.choose(without);
                  focusMain();
                }}
                onUndo={() => {
                  bench.undo();
                  if (state.past.length === 1) focusMain();
                }}
                onReset={() => {
                  bench.choose(atFirst(opened));
                  focusMain();
                }}
              />
            )}
            <div class="headline">
              <TakeAlong bench={bench} shown={shown} />
              <Summary shown={shown} title={opened?.sample?.name ?? shown.result.model.name} />
            </div>
            <details
              class="about"
              open={everyday}
              onToggle={(event) => setEveryday(event.currentTarget.open)}
            >
              <summary>
                In everyday units <span class="hint">battery, cost, CO₂e</span>
              </summary>
              {everyday && (
                <Later
                  load={loadEveryday}
                  with={{ bench, result: shown.result, view: state.view }}
                />
              )}
            </details>
            <Tabs state={state} onTab={(tab) => bench.look({ tab })} />
            <div id="panel" role="tabpanel" aria-labelledby={`tab-${state.view.tab}`}>
              {load === null || opened === null || choices === null ? (
                <Breakdown
                  result={shown.result}
                  stale={state.work !== null && !behind}
                  view={state.view.breakdown}
                  onView={lookAt}
                />
              ) : (
                <Later load={load} with={{ bench, state, opened, choices, shown }} />
              )}
            </div>
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
        <p>
          <a href={`console.html${shown?.fragment ?? ""}`} onClick={toConsole}>
            Console
          </a>
          : this breakdown in Python, in this browser.
        </p>
      </footer>
      <DropZone onFiles={openFiles} onLink={openLink} />
    </>
  );
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

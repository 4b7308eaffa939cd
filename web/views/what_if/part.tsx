/** A part of the panel, and what is asked for it. */
import type { ComponentChildren } from "preact";
import { useId, useMemo } from "preact/hooks";
import { AS_IT_IS, type WhatIf } from "../../lib/what_if.ts";
import { keyOf } from "../../lib/what_if_scenarios.ts";
import type { Workbench } from "../../lib/workbench.ts";
import type { PanelProps } from "../panels/panel.ts";
import { type Asked, useAsked } from "../use_asked.ts";

export function Part(props: {
  title: string;
  about: string;
  /** Beside the title. */
  aside?: ComponentChildren;
  wide?: boolean;
  children?: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`panel${props.wide ? " wide" : ""}`} aria-labelledby={id}>
      <div class="panel-head">
        <h3 id={id}>{props.title}</h3>
        {props.aside}
      </div>
      <p class="hint">{props.about}</p>
      {props.children}
    </section>
  );
}

/** A number that the panel was told; a link may say anything. */
export function numberIn({ state }: PanelProps, field: string, first: number): number {
  const told = state.view.fields[field];
  return typeof told === "number" ? told : first;
}

/** Tries something out: the picture moves at once. */
export function tryOut(bench: Workbench, change: (now: WhatIf) => Partial<WhatIf>): void {
  const now = bench.now.choices?.whatIf ?? AS_IT_IS;
  bench.slide({ whatIf: { ...now, ...change(now) } });
}

/** A question about what is shown, asked while nothing else is worked on. */
export function useScenario<Told>(
  { bench, state, opened }: PanelProps,
  verb: string,
  extra: Readonly<Record<string, unknown>>,
  wanted: boolean,
  apart?: object,
): Asked<Told> {
  const of = useMemo(() => keyOf(opened, apart), [opened]);
  const able = wanted && state.work === null && state.stage.name === "ready";
  return useAsked<Told>(able ? of + JSON.stringify(extra) : null, (signal, progress) =>
    bench.ask<Told>(verb, extra, signal, progress),
  );
}

/** What a scenario says; until then how far it is, or why there is no answer. */
export function Answered<Told>(props: {
  asked: Asked<Told>;
  children: (told: Told) => ComponentChildren;
}) {
  const { told, error, fraction, stale } = props.asked;
  return (
    <div class="answered" data-stale={stale} aria-busy={stale}>
      {stale ? (
        <p class="hint" role="status">
          Working it out{" "}
          <progress aria-label="How far" {...(fraction === null ? {} : { value: fraction })} />
        </p>
      ) : (
        error !== null && (
          <p class="hint">
            {error.message} {error.remedy}
          </p>
        )
      )}
      {told !== null && (error === null || stale) && props.children(told)}
    </div>
  );
}

/** Whether something that takes a while is looked at. */
export function Wish(props: { on: boolean; onWish: (on: boolean) => void; children: string }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.on}
        onChange={(event) => props.onWish(event.currentTarget.checked)}
      />
      <span>{props.children}</span>
    </label>
  );
}

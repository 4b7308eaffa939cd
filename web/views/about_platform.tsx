import { unitOf, wordEnergy } from "../lib/energy.ts";
import { factsLine } from "../lib/platform_facts.ts";
import type { Shown } from "../lib/shown.ts";
import { Scroll } from "./scroll.tsx";

/** The accelerator in a line; opened, what it is made of and where each number comes from. */
export function AboutPlatform({ shown }: { shown: Shown }) {
  const { result, facts } = shown;
  const { platform } = result;
  const unit = unitOf(result);
  const rows = platform.levels.map((level) => {
    const stored = facts.levels.find(({ id }) => id === level.id);
    return { level, capacity: stored?.capacity ?? null, from: stored?.source ?? null };
  });
  return (
    <details class="about platform">
      <summary>
        <b>{platform.name}</b> <span class="hint">{factsLine(facts)}</span>
      </summary>
      {facts.about !== null && <p>{facts.about}</p>}
      <Scroll label={`Memory levels of ${platform.name}`}>
        <table>
          <caption class="unseen">Memory levels of {platform.name}, and their sources</caption>
          <thead>
            <tr>
              <th scope="col">Level</th>
              <th scope="col">Capacity</th>
              <th scope="col" class="number">
                Energy per word
              </th>
              <th scope="col">Sources</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ level, capacity, from }) => (
              <tr key={level.id}>
                <th scope="row">{level.name}</th>
                <td>{capacity ?? "–"}</td>
                <td class="number">{wordEnergy(level, unit)}</td>
                <td class="reason">{[from, level.source].filter(Boolean).join("; ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {facts.sources.length > 0 && (
        <dl class="sources">
          {facts.sources.map(({ id, text }) => (
            <div key={id}>
              <dt>
                <code>{id}</code>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}

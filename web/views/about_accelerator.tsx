import { perMacEnergy, wordEnergy } from "../lib/cost.ts";
import { quantity } from "../lib/format.ts";
import { factsLine, sizeOf } from "../lib/platform_facts.ts";
import type { About } from "./about_platform.tsx";
import { Scroll } from "./scroll.tsx";
import { Sources } from "./sources.tsx";

/** An accelerator in a line; opened, what it is made of and where each number comes from. */
export function AboutAccelerator({ platform, facts, sizes, unit, open }: About) {
  const scale = perMacEnergy(platform, unit);
  const levels = platform.levels.map((level) => {
    const stored = facts.levels.find(({ id }) => id === level.id);
    return {
      id: level.id,
      name: level.name,
      size: (stored && sizeOf(stored, sizes)) ?? "–",
      energy: wordEnergy(level, unit, scale),
      sources: [stored?.source, level.source].filter(Boolean).join("; "),
    };
  });
  const mac = {
    id: "mac",
    name: "MAC units",
    size: [facts.array, facts.clock].filter(Boolean).join(" at ") || "–",
    energy: quantity(scale, unit),
    sources: facts.macSources.join("; "),
  };
  return (
    <details class="about platform" open={open}>
      <summary>
        <b>{platform.name}</b> <span class="hint">{factsLine(facts, sizes)}</span>
      </summary>
      {facts.about !== null && <p>{facts.about}</p>}
      <Scroll label={`Sizes and energies of ${platform.name}`}>
        <table>
          <caption class="unseen">Sizes and energies of {platform.name}, and their sources</caption>
          <thead>
            <tr>
              <th scope="col">Level</th>
              <th scope="col">Size</th>
              <th scope="col" class="number">
                Energy of a word
              </th>
              <th scope="col">Sources</th>
            </tr>
          </thead>
          <tbody>
            {[...levels, mac].map(({ id, name, size, energy, sources }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>{size}</td>
                <td class="number">{energy}</td>
                <td class="reason">{sources}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Sources facts={facts} />
    </details>
  );
}

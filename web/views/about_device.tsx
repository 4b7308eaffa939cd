import { deviceLine, figureRows } from "../lib/device_facts.ts";
import type { About } from "./about_platform.tsx";
import { Scroll } from "./scroll.tsx";
import { Sources } from "./sources.tsx";

/** A device in a line; opened, each figure of its datasheet and where that was read. */
export function AboutDevice({ platform, facts, open }: About) {
  return (
    <details class="about platform" open={open}>
      <summary>
        <b>{platform.name}</b> <span class="hint">{deviceLine(platform)}</span>
      </summary>
      <Scroll label={`Figures of ${platform.name}`}>
        <table>
          <caption class="unseen">Figures of {platform.name}, and their sources</caption>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col" class="number">
                Value
              </th>
              <th scope="col">Source</th>
            </tr>
          </thead>
          <tbody>
            {figureRows(platform).map(({ id, label, value, source }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td class="number">{value}</td>
                <td class="reason">{source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Sources facts={facts} />
    </details>
  );
}

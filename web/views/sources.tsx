import type { PlatformFacts } from "../lib/platform_facts.ts";

/** What stands for the short names of a platform file's sources. */
export function Sources({ facts }: { facts: PlatformFacts }) {
  if (facts.sources.length === 0) return null;
  return (
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
  );
}

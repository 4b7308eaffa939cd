import type { Remark } from "../lib/answer.ts";

/** What has changed since a link was made. */
export function Warnings({ warnings }: { warnings: readonly Remark[] }) {
  if (warnings.length === 0) return null;
  return (
    <section class="warnings" aria-label="Warnings">
      <h3>This is not quite what the link said</h3>
      <RemarkList remarks={warnings} />
    </section>
  );
}

/** What was assumed or chosen on the way to the numbers. */
export function Notes({ notes }: { notes: readonly Remark[] }) {
  if (notes.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="notes-title">
      <h3 id="notes-title">Notes</h3>
      <RemarkList remarks={notes} />
    </section>
  );
}

function RemarkList({ remarks }: { remarks: readonly Remark[] }) {
  return (
    <ul class="remarks">
      {remarks.map(({ code, text }) => (
        <li key={`${code} ${text}`}>
          {text} <code>{code}</code>
        </li>
      ))}
    </ul>
  );
}

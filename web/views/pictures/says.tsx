/** What a picture says, for everyone; the SVG's own description says it too. */
export function Says({ text }: { text: string }) {
  return <p class="hint">{text}</p>;
}

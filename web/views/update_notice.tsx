/** A new version lies ready; nothing changes until the user says so. */
export function UpdateNotice({ update }: { update: (() => void) | null }) {
  if (update === null) return null;
  return (
    <div class="notice" role="status">
      <p>A new version of Joulegraph is ready.</p>
      <button type="button" onClick={update}>
        Reload
      </button>
    </div>
  );
}

import { useEffect, useState } from "preact/hooks";

interface Props {
  readonly onFiles: (files: readonly File[]) => void;
  /** A link was pasted. */
  readonly onLink: (fragment: string) => void;
}

/** The whole page takes files, dropped or pasted; while some hover over it, it says so. */
export function DropZone({ onFiles, onLink }: Props) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) onFiles(files);
    };
    const paste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLInputElement) return; // it is for that field
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData("text/plain").trim() ?? "";
      const link = /#v\d+\.[\w-]+/.exec(text)?.[0];
      if (files.length > 0) onFiles(files);
      else if (text.startsWith("{")) onFiles([new File([text], "pasted.json")]);
      else if (link !== undefined) onLink(link);
      else if (text.includes("\n")) onFiles([new File([text], "pasted.csv")]);
      else return;
      event.preventDefault();
    };
    addEventListener("dragenter", enter);
    addEventListener("dragover", enter);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragover", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, [onFiles, onLink]);
  return (
    <div class="drop-over" hidden={!over} aria-hidden="true">
      <p>Drop models here: one is broken down, several are compared. They stay in this tab.</p>
    </div>
  );
}

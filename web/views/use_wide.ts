/** Whether there is room for everything side by side; the width is that of narrow.css. */
import { useEffect, useState } from "preact/hooks";

export function useWide(): boolean {
  const [wide, setWide] = useState(() => matchMedia("(min-width: 641px)").matches);
  useEffect(() => {
    const query = matchMedia("(min-width: 641px)");
    const look = () => setWide(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return wide;
}

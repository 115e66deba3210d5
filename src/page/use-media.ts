import { useEffect, useState } from "preact/hooks";

/** Whether the browser's window is so just now. */
export function useMedia(text: string): boolean {
  const query = matchMedia(text);
  const [isSo, setSo] = useState(query.matches);
  useEffect(() => {
    const listen = (): void => setSo(query.matches);
    query.addEventListener("change", listen);
    return () => query.removeEventListener("change", listen);
  }, []);
  return isSo;
}

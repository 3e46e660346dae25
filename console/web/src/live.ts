import { useEffect, useRef, useState } from 'preact/hooks';

const AGAIN_MS = 3000;

/**
 * Follows a stream of server-sent events while the page is looked at: a browser has six connections for one server, and hidden pages
 * would use them up. After a break it follows again; tells whether it follows now.
 */
export function useStream<T>(path: string | undefined, onMessage: (message: T) => void): boolean {
  const [isLive, setLive] = useState(false);
  const listener = useRef(onMessage);
  listener.current = onMessage;

  useEffect(() => {
    if (path === undefined) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const close = () => {
      clearTimeout(timer);
      source?.close();
      source = undefined;
      setLive(false);
    };
    const open = () => {
      close();
      if (document.visibilityState === 'hidden') return;
      source = new EventSource(path);
      source.onopen = () => setLive(true);
      source.onmessage = ({ data }) => listener.current(JSON.parse(data) as T);
      source.onerror = () => {
        close();
        timer = setTimeout(open, AGAIN_MS);
      };
    };
    open();
    document.addEventListener('visibilitychange', open);
    return () => {
      document.removeEventListener('visibilitychange', open);
      close();
    };
  }, [path]);

  return isLive;
}

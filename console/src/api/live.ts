import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Schemas } from './problem';

export type Status = Schemas['Status'];
export const statusKey = ['status'] as const;

/** Follows the server's events into the cache of queries. True while they come. */
export function useLive(): boolean {
  const queries = useQueryClient();
  const [live, setLive] = useState(false);
  useEffect(() => {
    const events = new EventSource('/api/v1/events');
    // An answer ends after some seconds and the browser asks again: only a long silence means that the connection is lost.
    let silence: number | undefined;
    const heard = () => {
      setLive(true);
      window.clearTimeout(silence);
      silence = window.setTimeout(() => setLive(false), 45_000);
    };
    events.addEventListener('open', heard);
    events.addEventListener('status', (event) => {
      heard();
      const status = JSON.parse((event as MessageEvent<string>).data) as Status;
      queries.setQueryData(statusKey, status);
    });
    const again = (key: string) => () => {
      heard();
      void queries.invalidateQueries({ queryKey: [key] });
    };
    events.addEventListener('configuration', again('artifacts'));
    events.addEventListener('certificates', again('certificates'));
    return () => {
      window.clearTimeout(silence);
      events.close();
    };
  }, [queries]);
  return live;
}

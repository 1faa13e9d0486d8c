import { useEffect } from 'react';
import { useNavigate } from 'react-router-dom';
import { sections } from './places';

const places = new Map(
  sections.flatMap((section) =>
    section.places.flatMap((place) => (place.keys ? [[place.keys, place.to] as const] : [])),
  ),
);

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** `/` to search, `?` for help, `g` and a letter to go somewhere. */
export function useKeys({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }): void {
  const navigate = useNavigate();
  useEffect(() => {
    let going = 0;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      const to = event.timeStamp - going < 1500 ? places.get(event.key) : undefined;
      going = event.key === 'g' ? event.timeStamp : 0;
      if (to) navigate(to);
      else if (event.key === '/') onSearch();
      else if (event.key === '?') onHelp();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
}

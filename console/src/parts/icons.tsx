// Twenty-odd drawings on a grid of 16; none says anything by itself, so all are hidden from readers of the screen.
const shapes = {
  good: 'M3 8.5 6.5 12 13 4.5',
  warn: 'M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.7v.3',
  bad: 'M4 4l8 8M12 4l-8 8',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3l8 5-8 5z',
  stop: 'M4 4h8v8H4z',
  wait: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 4.5V8l2.5 1.8',
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  in: 'M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11',
  out: 'M8 10.5v-8M4.5 6 8 2.5 11.5 6M2.5 13.5h11',
  route: 'M3 3v3c0 2 1 3 3 3h7M10.5 6.5 13 9l-2.5 2.5M3 9v4.5',
  lock: 'M4 7h8v6.5H4zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  mail: 'M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5',
  hub: 'M2 9h3l2-5 2.5 8L11 9h3',
  port: 'M2 8h8M7 4.5 10.5 8 7 11.5M13.5 3v10',
  people:
    'M6 7.5a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8M1.8 13.5c0-2.5 1.7-4 4.2-4s4.2 1.5 4.2 4M11 3a2.2 2.2 0 0 1 0 4.3M11.8 9.7c1.5.4 2.4 1.8 2.4 3.8',
  certificate: 'M2 3h12v8H2zM4.5 6h4M4.5 8.5h2.5M10 8.5v6l1.5-1.2L13 14.5v-6',
  server: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.1M5 11h.1',
  shield: 'M8 1.8 13.5 4v4c0 3.2-2.2 5.3-5.5 6.5C4.700 13.300 2.500 11.200 2.500 8V4z',
  list: 'M2.500 4h11M2.500 8h11M2.500 12h11',
  search: 'M7 2.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9M10.500 10.500 14 14',
  moon: 'M13 9.500A5.500 5.500 0 0 1 6.500 3 5.500 5.500 0 1 0 13 9.500z',
  sun: 'M8 5.200a2.800 2.800 0 1 1 0 5.600 2.800 2.800 0 0 1 0-5.600M8 1.200v1.500M8 13.300v1.500M1.200 8h1.500M13.300 8h1.500M3.200 3.200l1 1M11.800 11.800l1 1M3.200 12.800l1-1M11.800 4.200l1-1',
  copy: 'M5.500 5.500h8v8h-8zM3.500 10.500h-1v-8h8v1',
  file: 'M4 1.800h5l3.500 3.500v9H4zM9 1.800v3.500h3.500',
  agreement: 'M2 9l3-4 3 1.500L11 5l3 4-3.500 4-2.500-1.500-2.500 1.500z',
  history: 'M2.500 8a5.500 5.500 0 1 0 1.800-4M2.200 2v3h3M8 5v3.300l2.200 1.400',
  unlink: 'M4 8h8',
  right: 'M6 3.500 10.500 8 6 12.500',
};
export type IconName = keyof typeof shapes;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={shapes[name]} />
    </svg>
  );
}

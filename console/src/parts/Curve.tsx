/** Values over time without axes: whether it rises, falls or stands is what it tells; the figure is beside it. */
export function Curve({ values, className, label }: { values: number[]; className?: string; label: string }) {
  const width = 200;
  const height = 32;
  const top = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const points = values.map(
    (value, index) => `${(index * step).toFixed(1)},${(height - 2 - (value / top) * (height - 4)).toFixed(1)}`,
  );
  return (
    <svg
      className={className}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {points.length > 1 && (
        <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} fill="currentColor" opacity="0.12" />
      )}
      <polyline
        points={points.length > 1 ? points.join(' ') : `0,${height - 2} ${width},${height - 2}`}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        opacity={points.length > 1 ? 1 : 0.3}
      />
    </svg>
  );
}

import { State } from './basics';
import { absolute, daysLeft, validity } from './format';

/** How long a certificate is still good. `covered`: another takes over, nothing stops. */
export function Validity({ until, covered = false }: { until: string; covered?: boolean }) {
  const left = daysLeft(until);
  const tone = left < 0 ? 'bad' : covered ? 'plain' : left <= 30 ? 'warn' : 'good';
  return (
    <span title={absolute(until)}>
      <State tone={tone} icon={left < 0 ? 'bad' : left <= 30 ? 'warn' : 'good'}>
        {validity(until)}
      </State>
    </span>
  );
}

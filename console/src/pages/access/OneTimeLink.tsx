import { Code } from '@mantine/core';
import type { Schemas } from '../../api/problem';
import { CopyButton, Note, When } from '../../parts/basics';
import parts from '../../parts/parts.module.css';

/** What nobody can show again. */
export function Once({ text, label, children }: { text: string; label: string; children: React.ReactNode }) {
  return (
    <Note>
      <strong>{label}</strong>
      <div className={parts.pair}>
        <Code className={parts.mono}>{text}</Code>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </div>
      {children}
    </Note>
  );
}

export function OneTimeLink({ link, who }: { link: Schemas['IssuedInvitation']; who: string }) {
  return (
    <Once text={window.location.origin + link.path} label={`The link for ${who}`}>
      It is shown only now, works once, and ends <When time={link.until} />. Give it to {who} on a way that you trust:
      whoever opens it first has it.
    </Once>
  );
}

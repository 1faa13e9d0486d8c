import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Dim } from '../../parts/basics';
import { grouped, thumbprintDigits } from '../../parts/format';
import { Validity } from '../../parts/Validity';
import styles from './artifacts.module.css';
import { useCertificate } from './Assignment';
import { Browse } from './Browse';

/** The thumbprint of one own certificate among other settings: browsed, or pasted in any form; its common name below. */
export function CertificateField({
  value,
  onChange,
  name,
  ...common
}: {
  value: string;
  onChange: (value: string) => void;
  name: string;
  label: ReactNode;
  description?: string;
  placeholder?: string;
  disabled?: boolean;
}) {
  const [browsing, setBrowsing] = useState(false);
  const digits = thumbprintDigits(value);
  const found = useCertificate(digits);
  return (
    <>
      <div className={styles.beside}>
        <TextInput
          {...common}
          size="xs"
          value={value}
          error={value !== '' && digits === undefined && 'Not 40 or 64 hexadecimal digits'}
          onChange={(event) => onChange(event.currentTarget.value)}
          onBlur={() => digits && onChange(grouped(digits))}
        />
        <Button
          size="xs"
          variant="default"
          disabled={common.disabled}
          aria-label={`Browse for ${name}`}
          onClick={() => setBrowsing(true)}
        >
          Browse…
        </Button>
      </div>
      {digits && (
        <div>
          {found.data ? (
            <>
              <strong>{found.data.name || found.data.subject}</strong>, <Validity until={found.data.not_after} />
            </>
          ) : (
            found.error && <Dim>No store has it; import it before messages go out.</Dim>
          )}
        </div>
      )}
      {browsing && (
        <Browse
          of={{ path: [], title: name, store: 'Personal', usage: 'https-client', none: '' }}
          onClose={() => setBrowsing(false)}
          onChoose={(one) => {
            onChange(grouped(one.thumbprint.replace(/ /g, '')));
            setBrowsing(false);
          }}
        />
      )}
    </>
  );
}

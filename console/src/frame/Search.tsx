import { Kbd, TextInput } from '@mantine/core';
import { forwardRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { Icon } from '../parts/icons';
import { isUuid, thumbprintDigits } from '../parts/format';

/** Where a search leads: ids and thumbprints to their page, everything else to what was found. */
export function destination(text: string): string {
  const trimmed = text.trim();
  if (isUuid(trimmed)) return `/messages/${trimmed.toLowerCase()}`;
  const digits = thumbprintDigits(trimmed);
  if (digits) return `/certificates/${digits}`;
  return `/search?q=${encodeURIComponent(trimmed)}`;
}

export const Search = forwardRef<HTMLInputElement>(function Search(_, ref) {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) navigate(destination(text));
      }}
    >
      <TextInput
        ref={ref}
        size="xs"
        aria-label="Search messages, ports, parties, thumbprints"
        placeholder="Search messages, ports, parties, thumbprints…"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        leftSection={<Icon name="search" size={14} />}
        rightSection={text ? null : <Kbd size="xs">/</Kbd>}
      />
    </form>
  );
});

import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '../../api/client';
import { problemOf, type Schemas } from '../../api/problem';
import { Dim, State, When } from '../../parts/basics';
import { isUuid, number } from '../../parts/format';
import { MessageLink } from '../../parts/links';
import styles from './artifacts.module.css';

type Result = Schemas['FilterTestResult'];

function useTrial(filter: string, message?: string) {
  return useQuery({
    queryKey: ['filter-test', filter, message],
    queryFn: () => ask(client.POST('/filters/test', { body: { filter, ...(message ? { message } : {}) } })),
    enabled: filter.trim() !== '' && (message === undefined || isUuid(message)),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 10_000,
  });
}

/** How the filter does on messages that are there: how many of the last ones it takes, and why it does not take a certain one. */
export function FilterTrial({ filter }: { filter: string }) {
  const [settled] = useDebouncedValue(filter, 400);
  const [message, setMessage] = useState('');
  const [wanted] = useDebouncedValue(message.trim(), 300);
  const all = useTrial(settled);
  const one = useTrial(settled, wanted);
  if (filter.trim() === '') return null;
  return (
    <section className={styles.trial} aria-label="Tried on messages that are there">
      <p aria-live="polite">
        {all.error ? (
          <State tone="bad">{problemOf(all.error).what}</State>
        ) : all.data ? (
          <Matches result={all.data} />
        ) : (
          <Dim>Trying it on the last messages…</Dim>
        )}
      </p>
      <TextInput
        size="xs"
        label="Test against a stored message"
        placeholder="Id of a message or delivery"
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
        error={message.trim() !== '' && !isUuid(message.trim()) ? 'This is no id of a message' : undefined}
      />
      {wanted !== '' && one.error && <State tone="bad">{problemOf(one.error).what}</State>}
      {wanted !== '' && !one.error && one.data?.message && <Against result={one.data.message} />}
    </section>
  );
}

function Matches({ result }: { result: Result }) {
  const { tested = 0, matched = 0, examples = [], oldest } = result;
  if (tested === 0) return <Dim>There is no message yet to try it on.</Dim>;
  return (
    <>
      Matches <strong>{number(matched)}</strong> of the last {number(tested)} messages
      {oldest && (
        <Dim>
          {' '}
          (the oldest came <When time={oldest} />)
        </Dim>
      )}
      .
      {examples.length > 0 && (
        <>
          {' '}
          The newest:{' '}
          {examples.map((example, index) => (
            <span key={example.message}>
              {index > 0 && ', '}
              <MessageLink id={example.message} />
            </span>
          ))}
        </>
      )}
    </>
  );
}

function Against({ result }: { result: NonNullable<Result['message']> }) {
  return (
    <>
      <p>
        {result.matches ? (
          <State tone="good">It takes this message</State>
        ) : (
          <State tone="bad">It does not take this message: {result.explanation}</State>
        )}
      </p>
      <ul className={styles.against}>
        {result.groups.map((group, at) => (
          <li key={at}>
            {at > 0 && <Dim>or</Dim>}
            <ul>
              {group.map((statement, index) => (
                <li key={index}>
                  <State tone={statement.holds ? 'good' : 'bad'}>{statement.statement}</State>{' '}
                  <Dim>
                    {statement.value === undefined
                      ? 'the message does not have it'
                      : `it is ${statement.value === '' ? 'empty' : statement.value}${statement.promoted ? '' : ', but not promoted'}`}
                  </Dim>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

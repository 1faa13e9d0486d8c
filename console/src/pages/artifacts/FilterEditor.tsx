import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { Fragment } from 'react';
import { Dim } from '../../parts/basics';
import parts from '../../parts/parts.module.css';
import styles from './artifacts.module.css';
import { FilterTrial } from './FilterTrial';
import { type FilterRows, inWords, operators, parseFilter, type Statement, writeFilter, writeValue } from './filter';
import type { Draft } from './Form';
import { text } from './kinds';

const properties = [
  'BTS.ReceivePortName',
  'BTS.MessageType',
  'BTS.InboundTransportType',
  'BTS.OutboundTransportType',
  'BTS.AckType',
  'BTS.SPName',
  'Party.Name',
  'MIME.ContentType',
  'EdiIntAS.AS2From',
  'EdiIntAS.AS2To',
  'ErrorReport.ErrorType',
];

export function FilterEditor({ draft }: { draft: Draft }) {
  const filter = text(draft.artifact.filter);
  const rows = parseFilter(filter);
  const set = (to: string) => draft.set(['filter'], to === '' ? undefined : to);
  const put = (to: FilterRows) => set(writeFilter(to));
  return (
    <div className={parts.card}>
      {rows === undefined ? (
        <Dim>It cannot be shown as rows; the gateway judges it when it is applied.</Dim>
      ) : (
        <>
          {rows.length === 0 && (
            <p>It subscribes to nothing of its own: messages reach it through send port groups and agreements only.</p>
          )}
          <datalist id="properties">
            {properties.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          {rows.map((group, at) => (
            <Fragment key={at}>
              {at > 0 && <div className={styles.or}>Or</div>}
              {group.map((statement, index) => (
                <Row
                  key={index}
                  joint={index > 0 ? 'And' : ''}
                  statement={statement}
                  readOnly={draft.readOnly}
                  onChange={(to) =>
                    put(
                      rows.map((one, i) =>
                        i === at
                          ? to
                            ? one.map((each, j) => (j === index ? to : each))
                            : one.filter((_, j) => j !== index)
                          : one,
                      ),
                    )
                  }
                />
              ))}
              {!draft.readOnly && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  onClick={() =>
                    put(
                      rows.map((one, i) =>
                        i === at ? [...one, { property: 'Party.Name', operator: 'exists', value: '' }] : one,
                      ),
                    )
                  }
                >
                  And…
                </Button>
              )}
            </Fragment>
          ))}
          {!draft.readOnly && (
            <p>
              <Button
                size="compact-xs"
                variant="subtle"
                onClick={() => put([...rows, [{ property: 'BTS.ReceivePortName', operator: 'exists', value: '' }]])}
              >
                {rows.length ? 'Or…' : 'Add a statement'}
              </Button>
            </p>
          )}
        </>
      )}
      {rows && rows.length > 0 && (
        <p className={styles.plain}>
          Takes every message of which <strong>{inWords(rows)}</strong>.
        </p>
      )}
      <FilterTrial filter={filter} />
      <div className={styles.yaml}>
        <Textarea
          mt="md"
          size="xs"
          label="The same as text"
          description="and binds tighter than or; there are no brackets"
          autosize
          minRows={1}
          disabled={draft.readOnly}
          value={filter}
          onChange={(event) => set(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

function Row({
  joint,
  statement,
  readOnly,
  onChange,
}: {
  joint: string;
  statement: Statement;
  readOnly: boolean;
  onChange: (to: Statement | undefined) => void;
}) {
  const shown = statement.value.startsWith('"')
    ? statement.value.slice(1, -1).replace(/\\(.)/g, '$1')
    : statement.value;
  return (
    <div className={styles.rule}>
      <span>{joint}</span>
      <TextInput
        size="xs"
        aria-label="Property"
        list="properties"
        disabled={readOnly}
        value={statement.property}
        onChange={(event) =>
          onChange({ ...statement, property: event.currentTarget.value.replace(/[\s"<>=!&]/g, '') || 'BTS.' })
        }
      />
      <NativeSelect
        size="xs"
        aria-label="Operator"
        disabled={readOnly}
        value={statement.operator}
        onChange={(event) =>
          onChange({
            ...statement,
            operator: event.currentTarget.value,
            value: event.currentTarget.value === 'exists' ? '' : statement.value || '""',
          })
        }
        data={Object.entries(operators).map(([value, { label }]) => ({ value, label }))}
      />
      {statement.operator === 'exists' ? (
        <span />
      ) : (
        <TextInput
          size="xs"
          aria-label="Value"
          disabled={readOnly}
          value={shown}
          onChange={(event) =>
            onChange({
              ...statement,
              value: /^"\d|^"true|^"false/.test(statement.value)
                ? `"${event.currentTarget.value}"`
                : writeValueLoose(event.currentTarget.value),
            })
          }
        />
      )}
      {!readOnly && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="red"
          aria-label={`Remove the statement about ${statement.property}`}
          onClick={() => onChange(undefined)}
        >
          Remove
        </Button>
      )}
    </div>
  );
}
/** While somebody types, a blank at the end is still wanted. */
function writeValueLoose(typed: string): string {
  return typed === typed.trim() ? writeValue(typed) : `"${typed.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

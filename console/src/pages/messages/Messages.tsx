import { MultiSelect } from '@mantine/core';
import { PageHead } from '../../parts/basics';
import { useFilters } from '../../parts/filters';
import { FilterRow, TextFilter } from '../../parts/list';
import { BetweenFilter } from '../../parts/range';
import { WorkTable } from './WorkTable';

const states = ['ready', 'active', 'retrying', 'scheduled', 'suspended', 'completed', 'terminated'];
const kinds = ['receive', 'route', 'send', 'respond', 'receipt', 'await'];
const words = (list: string[]) =>
  list.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }));

export default function Messages() {
  const filters = useFilters();
  const { get, set, picked } = filters;
  const list = (name: string) => get(name).split(',').filter(Boolean);
  const query = picked(
    'state',
    'kind',
    'port',
    'party',
    'message',
    'code',
    'file',
    'as2-message-id',
    'from',
    'until',
    'filter',
  );
  return (
    <>
      <PageHead title="Messages" sentence="One row for each delivery of a message, the newest first." />
      <FilterRow of={filters}>
        <MultiSelect
          size="xs"
          label="State"
          placeholder={list('state').length ? undefined : 'Any'}
          data={words(states)}
          value={list('state')}
          onChange={(value) => set('state', value.join(','))}
          clearable
          clearButtonProps={{ 'aria-label': 'Any state' }}
          w={240}
        />
        <MultiSelect
          size="xs"
          label="Kind"
          placeholder={list('kind').length ? undefined : 'Any'}
          data={words(kinds)}
          value={list('kind')}
          onChange={(value) => set('kind', value.join(','))}
          clearable
          clearButtonProps={{ 'aria-label': 'Any kind' }}
          w={200}
        />
        <TextFilter of={filters} name="port" label="Port" width={180} />
        <TextFilter of={filters} name="party" label="Party" width={160} />
        <TextFilter of={filters} name="code" label="Error code" width={160} />
        <TextFilter of={filters} name="file" label="File name" placeholder="With its folder" width={150} />
        <TextFilter of={filters} name="as2-message-id" label="AS2 Message-ID" placeholder="&lt;…&gt;" width={160} />
        <TextFilter
          of={filters}
          name="filter"
          label="Properties"
          placeholder={'Party.Name == "Contoso"'}
          width={230}
        />
        <BetweenFilter of={filters} />
      </FilterRow>
      <WorkTable key={JSON.stringify(query)} query={query} choose={get('state') === 'suspended'} />
    </>
  );
}

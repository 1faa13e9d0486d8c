import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { ask, client } from '../api/client';
import { Dim, Empty, PageHead, Rows } from '../parts/basics';
import { useFilters } from '../parts/filters';
import { plural } from '../parts/format';
import { artifactAddress, type KindPath, labels } from '../parts/links';
import parts from '../parts/parts.module.css';

interface Found {
  title: string;
  more: string;
  rows: { to: string; name: string; about: string }[];
}
const searched: KindPath[] = [
  'send-ports',
  'receive-ports',
  'send-port-groups',
  'parties',
  'agreements',
  'hosts',
  'pipelines',
];

async function search(text: string): Promise<Found[]> {
  const artifacts = searched.map(async (kind): Promise<Found> => {
    const page = await ask(
      client.GET('/artifacts/{kind}', { params: { path: { kind }, query: { search: text, limit: 8 } } }),
    );
    return {
      title: labels[kind].many,
      more: `/${kind}?search=${encodeURIComponent(text)}`,
      rows: page.items.map((one) => ({
        to: artifactAddress(kind, one.name),
        name: one.name,
        about: one.description ?? '',
      })),
    };
  });
  const locations = ask(client.GET('/receive-locations', { params: { query: { search: text, limit: 8 } } })).then(
    ({ items }): Found => ({
      title: 'Receive locations',
      more: `/receive-locations?search=${encodeURIComponent(text)}`,
      rows: items.map((one) => ({
        to: `/receive-ports/${encodeURIComponent(one.port)}?tab=locations&location=${encodeURIComponent(one.name)}`,
        name: one.name,
        about: one.address,
      })),
    }),
  );
  const certificates = ask(client.GET('/certificates', { params: { query: { search: text, limit: 8 } } })).then(
    ({ items }): Found => ({
      title: 'Certificates',
      more: `/certificates?search=${encodeURIComponent(text)}`,
      rows: items.map((one) => ({
        to: `/certificates/${one.thumbprint.replace(/ /g, '')}`,
        name: one.name,
        about: one.store,
      })),
    }),
  );
  const files = ask(client.GET('/tracking', { params: { query: { file: text, limit: 8 } } })).then(
    ({ items }): Found => ({
      title: 'Messages with this file name',
      more: `/tracking?file=${encodeURIComponent(text)}`,
      rows: items.map((one) => ({ to: `/messages/${one.message}`, name: one.message, about: one.words ?? one.event })),
    }),
  );
  const as2 = ask(client.GET('/reports/as2', { params: { query: { 'message-id': text, limit: 8 } } })).then(
    ({ items }): Found => ({
      title: 'AS2 messages with this Message-ID',
      more: `/as2?message-id=${encodeURIComponent(text)}`,
      rows: items.map((one) => ({
        to: `/messages/${one.message}`,
        name: one.message_id ?? one.message,
        about: one.status,
      })),
    }),
  );
  const all = await Promise.all([...artifacts, locations, certificates, files, as2]);
  return all.filter((one) => one.rows.length > 0);
}

export default function SearchResults() {
  const text = useFilters().get('q');
  const query = useQuery({ queryKey: ['search', text], queryFn: () => search(text), enabled: text !== '' });
  const count = query.data?.reduce((sum, one) => sum + one.rows.length, 0) ?? 0;
  return (
    <>
      <PageHead title={`Search: ${text}`} sentence={query.data ? plural(count, 'hit') : ' '} />
      {query.isLoading && <Rows />}
      {query.data && count === 0 && (
        <Empty title="Nothing was found">
          <p>
            Ids, thumbprints, file names and Message-IDs are found whole, other names by any part.{' '}
            <Link to={`/tracking?text=${encodeURIComponent(text)}&within=24h`}>
              Look through the tracking log of the last 24 hours
            </Link>
          </p>
        </Empty>
      )}
      {query.data?.map((one) => (
        <section key={one.title} className={parts.card}>
          <h2>
            <Link to={one.more}>{one.title}</Link>
          </h2>
          {one.rows.map((row, index) => (
            <div key={index}>
              <Link to={row.to}>{row.name}</Link> <Dim>{row.about}</Dim>
            </div>
          ))}
        </section>
      ))}
    </>
  );
}

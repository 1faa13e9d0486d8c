import { Link } from 'react-router-dom';
import type { Schemas } from '../../api/problem';
import { capital, Dim, State, When } from '../../parts/basics';
import { validity } from '../../parts/format';
import styles from './certificates.module.css';
import { certificateAddress, storeName } from './words';

type Chain = Schemas['Chain'];
type Node = Schemas['ChainNode'];

/** From the root down to the certificate, each with its own state. */
export function ChainTree({ chain, own }: { chain: Chain; own: string }) {
  const nodes = [...chain.path].reverse();
  const rooted = nodes[0]?.store === 'TrustedRoots';
  const levels = rooted ? nodes : [undefined, ...nodes];
  return (
    <ol className={styles.tree} aria-label="Chain, the root first">
      {levels.map((node, level) => (
        <li key={node?.thumbprint ?? 'none'} className={styles[`level${Math.min(level, 3)}`]}>
          {node ? (
            <NodeView node={node} self={node.thumbprint === own} root={rooted && level === 0} />
          ) : (
            <State tone="bad" icon="warn">
              No trusted root
            </State>
          )}
        </li>
      ))}
    </ol>
  );
}

function NodeView({ node, self, root }: { node: Node; self: boolean; root: boolean }) {
  const bad = node.faults.length > 0;
  return (
    <>
      <div className={styles.node}>
        <State tone={bad ? 'bad' : 'good'} icon={bad ? 'warn' : root ? 'shield' : 'good'}>
          {bad ? 'Not good' : root ? 'Trusted' : 'Good'}
        </State>
        {self ? <strong>{node.name}</strong> : <Link to={certificateAddress(node.thumbprint)}>{node.name}</Link>}
        <Dim>
          {node.key}, {validity(node.not_after)}
          {node.store && !root && `, in ${storeName(node.store)}`}
        </Dim>
      </div>
      {node.faults.map((fault) => (
        <div key={fault} className={styles.fault}>
          {capital(fault)}
        </div>
      ))}
      <Revocation node={node} root={root} />
    </>
  );
}

function Revocation({ node, root }: { node: Node; root: boolean }) {
  if (root) return <Dim>A root is not asked about</Dim>;
  if (node.revocation === '') return <Dim>Revocation: not asked, its issuer is not there</Dim>;
  const tone = node.revocation === 'good' ? 'good' : node.revocation === 'revoked' ? 'bad' : 'warn';
  const word = { good: 'Not revoked', revoked: 'Revoked' }[node.revocation] ?? 'Revocation unknown';
  return (
    <div className={styles.node}>
      <State tone={tone}>{word}</State>
      <Dim>
        {node.list_made ? (
          <>
            list of <When time={node.list_made} />
            {node.list_until && (
              <>
                , next <When time={node.list_until} />
              </>
            )}
          </>
        ) : (
          node.revocation_text || 'no list of its issuer is there'
        )}
      </Dim>
    </div>
  );
}

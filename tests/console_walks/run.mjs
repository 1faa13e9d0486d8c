// usage: run.mjs --list | run.mjs --world FILE [--pictures FOLDER] [--results FILE] [NAME...]
import { readFileSync } from 'node:fs';
import { main } from '../console/harness.mjs';
import { proofs } from './proofs.mjs';
import './walks/signing.mjs';
import './walks/as2.mjs';
import './walks/certificates.mjs';
import './walks/pipelines.mjs';
import './walks/receiving.mjs';
import './walks/soap.mjs';
import './walks/stores.mjs';
import './walks/suspended.mjs';

await main('world', (file) => {
  const world = JSON.parse(readFileSync(file, 'utf8'));
  const base = new URL(world.invitation).origin;
  return { server: { base, password: world.password, patience: 30 }, world, ...proofs(world) };
});

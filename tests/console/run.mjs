// usage: run.mjs --list | run.mjs --dist FOLDER [--pictures FOLDER] [--results FILE] [NAME...]
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runAll, scenarios } from './harness.mjs';
import './views.mjs';
import './walks.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    dist: { type: 'string' },
    pictures: { type: 'string' },
    results: { type: 'string' },
  },
});
if (values.list) console.log(JSON.stringify(scenarios.map((one) => one.name)));
else {
  if (values.pictures) mkdirSync(values.pictures, { recursive: true });
  const results = await runAll(positionals, values);
  if (values.results) writeFileSync(values.results, JSON.stringify(results));
  process.exit(0);
}

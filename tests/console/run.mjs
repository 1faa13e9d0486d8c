// usage: run.mjs --list | run.mjs --dist FOLDER [--pictures FOLDER] [--results FILE] [NAME...]
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { main, root } from './harness.mjs';
import './views.mjs';
import './walks.mjs';
import './access.mjs';
import './hostile.mjs';
import './certificate_walks.mjs';
import './figures.mjs';
import './forms.mjs';

/** The mock that serves the console from `dist`; it ends with this program. */
async function mock(dist) {
  const child = spawn(process.execPath, [join(root, 'console/mock/server.mjs'), '--dist', dist], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill());
  for await (const line of child.stdout) {
    const base = String(line).split(' ')[0];
    return {
      base,
      password: 'correct-horse-battery',
      reset: () => fetch(`${base}/mock/reset`),
      defects: async () =>
        (await (await fetch(`${base}/mock/defects`)).json()).map(
          (one) => `the mock is not as openapi.yaml says: ${one}`,
        ),
    };
  }
  throw new Error('the mock did not start');
}

await main('dist', async (dist) => ({ server: await mock(dist), dist }));

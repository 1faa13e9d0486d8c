import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: process.env.SEALGATE_CONSOLE_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2021',
    // An inlined asset would be a data: address, which the content security policy does not let fonts and scripts be.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: process.env.SEALGATE_API ?? 'http://127.0.0.1:8901', secure: false } } },
});

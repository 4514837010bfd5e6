/*
 * Builds the public pages' island (resident) and the desk.  The server finds
 * their names in dist/manifest.json, packs dist into its binary and serves
 * everything flat under /assets/, so a name is one path segment that begins
 * with a letter and carries a hash.
 */
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/',
  publicDir: false,
  plugins: [vue()],
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      input: { resident: 'src/resident/main.ts', desk: 'desk.html' },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/part-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
});

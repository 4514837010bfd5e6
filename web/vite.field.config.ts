/*
 * Builds the field face (src/field) beside the other pages: small, and complete in
 * itself.  Of the desk's sentences it takes along only those that what it shares with
 * the desk says; the service worker is told the names of all it has to keep.
 */
import vue from '@vitejs/plugin-vue';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { packed } from './vite.config.ts';

const here = dirname(fileURLToPath(import.meta.url));
const ICONS = ['icon-192.png', 'icon-512.png'];
const FAMILIES = /^proposal_/; /* texts asked for by a made-up name */

/* Every source file that the field face leads to. */
function sources(): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    const path = [file, `${file}.ts`, `${file}.vue`].find((one) => /\.(ts|vue)$/.test(one) && existsSync(one));
    if (path === undefined || seen.has(path)) return;
    seen.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)) visit(join(dirname(path), name!));
  };
  visit(join(here, 'src/field/main.ts'));
  return [...seen];
}

function sparing(): Plugin {
  return {
    name: 'sparing',
    enforce: 'pre',
    load(id) {
      if (!/src\/desk\/texts\/(zh|en)\.json$/.test(id)) return null;
      const code = sources().filter((one) => relative(here, one).startsWith('src/desk')).map((one) => readFileSync(one, 'utf8')).join('\n');
      const all = Object.entries(JSON.parse(readFileSync(id, 'utf8')) as Record<string, string>);
      return JSON.stringify(Object.fromEntries(all.filter(([key]) => code.includes(`'${key}'`) || FAMILIES.test(key))));
    },
  };
}

/* The service worker and the manifest, with the names of what was built. */
function shell(): Plugin {
  return {
    name: 'shell',
    apply: 'build',
    buildStart() {
      for (const name of ICONS) this.emitFile({ type: 'asset', name, source: readFileSync(join(here, 'src/field', name)) });
    },
    writeBundle({ dir }, bundle) {
      const to = join(dir ?? 'dist', 'field');
      const built = Object.keys(bundle).filter((name) => name.startsWith('assets/')).map((name) => `/${name}`).sort();
      const files = built.filter((name) => !name.endsWith('.png'));
      const page = bundle['field.html'];
      const version = createHash('sha256').update(JSON.stringify([files, page?.type === 'asset' ? String(page.source) : ''])).digest('hex').slice(0, 12);
      const icon = (name: string): string => built.find((one) => one.startsWith(`/assets/${name}-`)) ?? '';
      const read = (name: string): string => readFileSync(join(here, 'src/field', name), 'utf8');
      const icons = [
        { src: icon('icon-192'), sizes: '192x192', type: 'image/png', purpose: 'any' },
        { src: icon('icon-512'), sizes: '512x512', type: 'image/png', purpose: 'any maskable' },
      ];
      mkdirSync(to, { recursive: true });
      writeFileSync(join(to, 'sw.js'), read('sw.js').replace('__FILES__', JSON.stringify(files)).replace('__VERSION__', version));
      writeFileSync(join(to, 'app.webmanifest'), read('app.webmanifest').replace('__ICONS__', JSON.stringify(icons)));
    },
  };
}

export default defineConfig({
  base: '/',
  publicDir: false,
  plugins: [sparing(), vue(), packed(), shell()],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      input: { field: 'field.html' },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/field-part-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
});

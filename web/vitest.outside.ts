/*
 * Tests that lie in the repository's tests/ and use the packages of web/: a bare
 * import from there is looked for here.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const web = fileURLToPath(new URL('.', import.meta.url));

export function outside(group: 'api' | 'browser', seconds: number): ViteUserConfig {
  return defineConfig({
    root: fileURLToPath(new URL('..', import.meta.url)),
    plugins: [
      {
        name: 'packages-of-web',
        enforce: 'pre',
        resolveId(source, importer) {
          const bare = /^(@[\w-]+\/)?[\w-]+(\/|$)/.test(source) && !source.startsWith('node:');
          if (!bare || importer === undefined || importer.startsWith(web)) return null;
          return this.resolve(source, `${web}package.json`, { skipSelf: true });
        },
      },
    ],
    test: {
      include: [`tests/${group}/*.test.ts`],
      fileParallelism: false,
      testTimeout: seconds * 1000,
      hookTimeout: 60_000,
      teardownTimeout: 20_000,
    },
  });
}

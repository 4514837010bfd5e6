/*
 * Fetches what others publish and the tests drive as it is (tests/api/open311_client.ts)
 * into web/node_modules/.clients.  These are no dependencies: npm cannot install
 * `open311`, since the parser of XML it names is not there any more, so its place and
 * that of another are kept here by two that parse nothing.  What does not arrive is
 * left out, and its test says so.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = [
  ['open311', '0.0.12', 'jwK7RRrGKWaK7sC+g7G6d5AyKEQNfWp6tKCsLt6shjO712lgtW8Wkipc6vK84hYg8eyv0vcAPKH3Orj06K/YKQ=='],
  ['lodash', '0.6.1', 'OPb6TH8ycWKgocyPsP3KEP6q/2bqqGa0/Tm+BKpKE1M83hmFpI/2bmN/TYSAZLtXm4D8qFWQKjeOkeEn3+pw8g=='],
  ['request', '2.11.4', 'lL+DgCpVn4b8scEhyGGel3kAipjMyHHfIEcP1SCbdJq9jCuaJLSBELJ7pel5RhK3oXl/xTI9HecR4NnHSV+Hrg=='],
];
const MISSING = ['sparkxml', 'xml2json'];

const modules = join(dirname(dirname(fileURLToPath(import.meta.url))), 'web/node_modules');
const fresh = mkdtempSync(join(modules, '.clients-'));

function take([name, version, hash]) {
  const folder = join(fresh, 'node_modules', name);
  const file = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], { cwd: fresh, encoding: 'utf8' }).trim();
  const bytes = readFileSync(join(fresh, file));
  if (createHash('sha512').update(bytes).digest('base64') !== hash) throw new Error(`${name}@${version} is not what it was`);
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', join(fresh, file), '-C', folder, '--strip-components=1', '--no-same-owner']);
  rmSync(join(fresh, file));
}

try {
  PACKAGES.forEach(take);
  for (const name of MISSING) {
    mkdirSync(join(fresh, 'node_modules', name));
    writeFileSync(join(fresh, 'node_modules', name, 'index.js'), 'module.exports = {};\n');
  }
  rmSync(join(modules, '.clients'), { recursive: true, force: true });
  renameSync(fresh, join(modules, '.clients'));
} catch (error) {
  rmSync(fresh, { recursive: true, force: true });
  console.error(`tools/clients.mjs: ${error.message.split('\n')[0]}; its test is left out`);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { platform } from '../../lib/config/platform';

interface Contract {
  readonly servers: readonly { readonly url: string; readonly variables: Readonly<Record<string, { readonly enum: readonly string[] }>> }[];
}

describe('the servers of the contract', () => {
  it('are the names that the cells with customers answer to, one a jurisdiction [REG-1]', () => {
    const { servers } = parse(readFileSync(join(__dirname, '../../api/openapi.yaml'), 'utf8')) as Contract;
    const urls = servers.flatMap(({ url, variables }) =>
      (variables['jurisdiction']?.enum ?? []).map((jurisdiction) => url.replace('{jurisdiction}', jurisdiction)),
    );
    const cells = platform.environments.filter(({ name }) => name === 'prod').flatMap((environment) => environment.cells);
    expect(urls.sort()).toEqual(cells.map(({ api }) => `https://${api.domainName}`).sort());
  });
});

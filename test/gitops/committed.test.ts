import { describe, expect, it } from 'vitest';
import { runNode } from '../support/run-cdk';
import { committed, rendered } from './trees';

const program = (...args: readonly string[]) => runNode(['-r', 'ts-node/register', 'bin/gitops.ts', ...args]);

describe('the folder gitops', () => {
  it('holds what the code says, and nothing else: npm run -s gitops', () => {
    expect(Object.fromEntries(committed())).toEqual(Object.fromEntries(rendered()));
  });

  it('is checked by the command, too', async () => {
    expect(await program('--check')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('rejects files that are stale, by name', async () => {
    const { exitCode, stderr } = await program('--check', '--account', 'dev=121212121212');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('gitops/dev/us-east-1/ingest.yaml is not what the code says');
    expect(stderr).not.toContain('prod-eu');
  });

  it.each([
    [['--account', 'nowhere=121212121212'], 'account.nowhere'],
    [['--account', 'dev=12'], 'an AWS account ID of 12 digits'],
    [['--chekc'], 'Usage'],
  ])('rejects the arguments %j', async (args, said) => {
    const { exitCode, stderr } = await program(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { platform } from '../lib/config/platform';
import { platformStacks } from './support/platform-assembly';

const root = join(__dirname, '..');
const documents = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true }).map((file) => join('docs', String(file)))].filter(
  (file) => file.endsWith('.md'),
);
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Relative links of a document that lead nowhere. */
function deadLinks(file: string, text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(join(root, dirname(file), target)));
}

describe('documents', () => {
  it.each(documents)('%s links to files that exist', (file) => {
    expect(deadLinks(file, read(file))).toEqual([]);
  });

  it('rejects a link that leads nowhere', () => {
    expect(deadLinks('README.md', 'see [this](docs/nowhere.md) and [that](LICENSE)')).toEqual(['docs/nowhere.md']);
  });

  it('name every cell with its Regions, events and budget in the architecture', () => {
    const architecture = read('docs/01-architecture/README.md');
    for (const { name, cells } of platform.environments) {
      for (const { name: cell, home, recovery, workload, monthlyBudgetUsd } of cells) {
        const second = recovery.kind === 'pilot-light' ? recovery.region : 'none';
        const figures = [`${workload.eventsPerDay / 1e6} million`, monthlyBudgetUsd.toLocaleString('en-US')];
        expect(architecture).toContain(`| ${[name, cell, home.region, second, ...figures].join(' | ')} |`);
      }
    }
  });

  it('give the sizes of the policies of prod as they are', () => {
    const record = read('docs/01-architecture/decisions/ADR-006-organization-policies.md');
    const prod = platformStacks().find(({ path }) => path === 'organization/Prod');
    const sizes = prod?.resources.flatMap(({ type, properties }) =>
      type === 'AWS::Organizations::Policy' ? [JSON.stringify(properties['Content']).length.toLocaleString('en-US')] : [],
    );
    expect(sizes).toHaveLength(6);
    for (const size of sizes ?? []) expect(record).toContain(size);
  });

  it('hold a decision record under each number that the code and the documents name, and name each of them', () => {
    const decisions = readdirSync(join(root, 'docs/01-architecture/decisions'));
    const sources = ['lib', 'bin', 'test', 'docs', 'bootstrap'].flatMap((folder) =>
      existsSync(join(root, folder))
        ? readdirSync(join(root, folder), { recursive: true })
            .map((file) => join(folder, String(file)))
            .filter((file) => /\.(ts|md|yaml)$/.test(file))
        : [],
    );
    const named = new Set([...sources, 'README.md'].flatMap((file) => read(file).match(/\bADR-\d{3}\b/g) ?? []));
    expect([...named].sort()).toEqual(decisions.map((file) => file.slice(0, 7)).sort());
  });

  it.each(readdirSync(join(root, 'docs/01-architecture/decisions')))('%s says what a decision record has to say', (file) => {
    const text = read(join('docs/01-architecture/decisions', file));
    for (const heading of [
      'Status:',
      '## Context',
      '## Options',
      '## Decision',
      '## Given up',
      '## Revisit when',
      '## Which check holds it',
    ]) {
      expect(text, relative(root, file)).toMatch(new RegExp(heading, 'i'));
    }
    expect(text).toMatch(/\[?(REG|SEC|SLO|BUD|ORG|OPS|TIM)-\d/);
  });

  it('have every runbook that the code names; test/alarms holds that there is no other', () => {
    const named = new Set(
      readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .flatMap((file) => read(join('lib', file)).match(/docs\/06-runbooks\/[a-z-]+\.md/g) ?? []),
    );
    const files = readdirSync(join(root, 'docs/06-runbooks')).map((file) => `docs/06-runbooks/${file}`);
    expect([...named].filter((file) => !files.includes(file))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commonSteps, stores } from '../../lib/checks/stores';
import { storesDocument } from '../../lib/checks/stores-document';
import { platformStacks } from '../support/platform-assembly';

const committed = readFileSync(join(__dirname, '../../docs/05-recovery/stores.md'), 'utf8');
const cell = platformStacks().filter(({ path }) => path.startsWith('prod-eu/'));

describe('docs/05-recovery/stores.md', () => {
  it('is what the register and the templates say: npm run -s stores > docs/05-recovery/stores.md', () => {
    expect(committed).toBe(storesDocument(stores, commonSteps, cell));
  });

  it('rejects a setting that changed since', () => {
    const slower = cell.map((stack) => ({
      ...stack,
      resources: stack.resources.map((resource) =>
        resource.type === 'AWS::Lambda::EventSourceMapping' && 'MaximumBatchingWindowInSeconds' in resource.properties
          ? { ...resource, properties: { ...resource.properties, MaximumBatchingWindowInSeconds: 120 } }
          : resource,
      ),
    }));
    expect(storesDocument(stores, commonSteps, slower)).not.toBe(committed);
  });

  it('knows every figure', () => {
    expect(committed).not.toContain('unknown');
  });

  it('has the whole system back within the four hours of SLO-4', () => {
    const sum = (steps: readonly { readonly minutes: number }[]) => steps.reduce((total, { minutes }) => total + minutes, 0);
    expect(sum(commonSteps) + Math.max(...stores.map(({ recovery }) => sum(recovery)))).toBeLessThan(240);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  POLL_SECONDS,
  REFRESH_SECONDS,
  ROLLBACK_LIMIT_SECONDS,
  rollbackSteps,
  totalSeconds,
  type RollbackConditions,
} from '../../lib/gitops/rollback';
import { serviceNames, type ServiceName } from '../../lib/gitops/tree-props';
import { broken, example, root, trees, type Tree } from './trees';

const worst: RollbackConditions = { refreshSeconds: REFRESH_SECONDS, needsNodes: true };
const total = ({ objects }: Tree, service: ServiceName, conditions = worst) => totalSeconds(rollbackSteps(objects, service, conditions));

const pod = ['spec', 'template', 'spec'] as const;
const container = [...pod, 'containers', 0] as const;
const change = (service: ServiceName, path: readonly (string | number)[], value: unknown): [ServiceName, Tree] => [
  service,
  broken(example, 'Deployment', service, path, value),
];

describe('a rollback', () => {
  it.each(trees.flatMap((tree) => serviceNames.map((service) => [service, tree.name, tree] as const)))(
    'of %s in %s ends within 300 s, at the worst of each step',
    (service, _, tree) => {
      expect(total(tree, service)).toBeLessThan(ROLLBACK_LIMIT_SECONDS);
    },
  );

  it('takes three minutes while the surge of the rollout still has its nodes', () => {
    for (const service of serviceNames) expect(total(example, service, { ...worst, needsNodes: false })).toBeLessThanOrEqual(180);
  });

  it('says of each step where its figure is from', () => {
    for (const service of serviceNames) {
      for (const { what, seconds, source } of rollbackSteps(example.objects, service, worst)) {
        expect(Number.isFinite(seconds), what).toBe(true);
        expect(source.length, what).toBeGreaterThan(5);
      }
    }
  });

  it('is shown in ADR-019 as it is', () => {
    const record = readFileSync(join(root, 'docs/01-architecture/decisions/ADR-019-rollback.md'), 'utf8');
    const all = serviceNames.map((service) => rollbackSteps(example.objects, service, worst));
    const rows = [...new Set(all.flat().map(({ what }) => what))].map((what) => [
      what,
      ...all.map((steps) => steps.find((step) => step.what === what)?.seconds ?? '-'),
      all.flat().find((step) => step.what === what)?.bound ?? '',
    ]);
    for (const row of rows) expect(record).toContain(`| ${row.join(' | ')} |`);
    expect(record).toContain(`| **sum** | ${all.map((steps) => `**${totalSeconds(steps)}**`).join(' | ')} |`);
    const soon = serviceNames.map((service) => total(example, service, { ...worst, needsNodes: false }));
    expect(record).toContain(`half an hour after the rollout | ${soon.join(' | ')} |`);
  });

  it('waits for one round of pods, however many there are', () => {
    const many = broken(example, 'HorizontalPodAutoscaler', 'ingest', ['spec', 'maxReplicas'], 500);
    expect(total(many, 'ingest')).toBe(total(example, 'ingest'));
  });

  it('keeps the nodes of a rollout for longer than it lasts', () => {
    const pool = example.objects.find(({ kind }) => kind === 'NodePool') as unknown as {
      readonly spec: { readonly disruption: { readonly consolidateAfter: string } };
    };
    const minutes = Number.parseInt(pool.spec.disruption.consolidateAfter, 10);
    for (const service of serviceNames) expect(minutes * 60).toBeGreaterThan(total(example, service));
  });

  it('has not failed by the deadline of a rollout that goes well', () => {
    for (const { objects } of trees) {
      for (const object of objects.filter(({ kind }) => kind === 'Deployment')) {
        const { spec, metadata } = object as unknown as {
          readonly spec: { readonly progressDeadlineSeconds: number };
          readonly metadata: { readonly name: ServiceName };
        };
        expect(spec.progressDeadlineSeconds).toBeGreaterThan(total(example, metadata.name) - REFRESH_SECONDS);
      }
    }
  });

  it('rejects that nobody tells Argo CD, which looks every six minutes', () => {
    for (const service of serviceNames) {
      expect(total(example, service, { refreshSeconds: POLL_SECONDS, needsNodes: false })).toBeGreaterThan(ROLLBACK_LIMIT_SECONDS);
    }
  });

  it.each([
    ['a surge of a quarter', ...change('ingest', ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], '25%')],
    ['a surge of one pod', ...change('processor', ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], 1)],
    ['a surge that nobody said', ...change('delivery', ['spec', 'strategy'], undefined)],
    ['a start of a minute', ...change('ingest', [...container, 'startupProbe', 'failureThreshold'], 60)],
    ['a startup probe each five seconds', ...change('ingest', [...container, 'startupProbe', 'periodSeconds'], 5)],
    ['a readiness probe each half minute', ...change('ingest', [...container, 'readinessProbe', 'periodSeconds'], 30)],
    ['a readiness that takes five probes', ...change('ingest', [...container, 'readinessProbe', 'successThreshold'], 5)],
    ['a minute in which it stays ready', ...change('ingest', ['spec', 'minReadySeconds'], 60)],
    ['a processor that takes two minutes to end', ...change('processor', [...pod, 'terminationGracePeriodSeconds'], 120)],
  ] as const)('rejects %s', (_, service, tree) => {
    expect(total(tree, service)).toBeGreaterThanOrEqual(ROLLBACK_LIMIT_SECONDS);
  });

  it('rejects a rollout in which no pod is ever replaced', () => {
    const [service, tree] = change('delivery', ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], 0);
    expect(() => total(tree, service)).toThrow('no pod is ever replaced');
  });

  it('rejects a pod whose start nothing bounds', () => {
    const [service, tree] = change('ingest', [...container, 'startupProbe'], undefined);
    expect(() => total(tree, service)).toThrow('nothing bounds');
  });

  it('rejects waves that each wait for the one before', () => {
    const waves = example.objects.map((object, index) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { 'argocd.argoproj.io/sync-wave': String(index) } },
    }));
    expect(total({ ...example, objects: waves }, 'ingest')).toBeGreaterThanOrEqual(ROLLBACK_LIMIT_SECONDS);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { latencyDocument } from '../../lib/latency/document';
import { latencyPlot } from '../../lib/latency/plot';
import { changedStacks, props } from './report-props';

const committed = (file: string) => readFileSync(join(__dirname, '../../docs/01-architecture', file), 'utf8');

describe('docs/01-architecture/latency.md', () => {
  const page = latencyDocument(props());

  it('is what the model says: npm run -s latency > docs/01-architecture/latency.md', () => {
    expect(committed('latency.md')).toBe(page);
  });

  it('has the picture of it: npm run -s latency -- --plot > docs/01-architecture/latency.svg', () => {
    expect(committed('latency.svg')).toBe(latencyPlot(props()));
  });

  it('rejects a setting that changed since', () => {
    const polling = latencyDocument(
      props(changedStacks((resource) => (resource.type === 'AWS::Kinesis::StreamConsumer' ? undefined : resource))),
    );
    expect(polling).not.toBe(page);
    expect(polling).toContain('**not there: polling**');
  });

  it('knows every figure', () => {
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    expect(committed('latency.svg')).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is quoted by ADR-026 with the figures of today', () => {
    const record = committed('decisions/ADR-026-latency.md');
    const rows = page
      .split('\n')
      .filter((line) => /^\| (average|peak|stream; calls|stream; one|ingest processes|a queue hands|Kafka in)/.test(line));
    const figures = rows.flatMap((line) => line.match(/(\*\*)?[\d.]+(\*\*)? \/ (\*\*)?\d+(\*\*)? \/ \d+/g) ?? []);
    expect(figures.length).toBeGreaterThan(10);
    for (const quoted of record.match(/(\*\*)?[\d.]+(\*\*)? \/ (\*\*)?\d+(\*\*)? \/ \d+/g) ?? []) expect(figures).toContain(quoted);
  });
});

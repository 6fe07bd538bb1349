/** Limits that the chosen way does not keep on paper, and why that is so: ADR-026 argues each; a test compares the list with what the model finds. */
import type { Volume } from './load';
import type { limits, StreamFigure } from './simulation';

export interface Reported {
  readonly volumes: readonly Volume['name'][];
  readonly streams: readonly StreamFigure[];
  readonly missed: readonly (keyof typeof limits)[];
  readonly because: string;
}

export const reported: readonly Reported[] = [
  {
    volumes: ['average', 'peak'],
    streams: ['published mean'],
    missed: ['p50'],
    because:
      "if the stream takes AWS' 70 ms in the mean, half of all events take over 100 ms whatever else is done. By the percentiles that were measured they take less, without a margin",
  },
  {
    volumes: ['10 times, at its peak'],
    streams: ['percentiles', 'published mean'],
    missed: ['p50', 'p95', 'p99'],
    because:
      'a shard has one reader, and a processor pod is too small for a shard that is half full: larger pods are needed, and more do not help',
  },
  {
    volumes: ['100 times, at its peak'],
    streams: ['percentiles', 'published mean'],
    missed: ['p50', 'p95', 'p99'],
    because: 'the same, and no service may have more than 24 pods',
  },
];

/** Each by itself, named as lib/latency/report.ts names what it finds. */
export const reportedMisses: readonly string[] = reported.flatMap(({ volumes, streams, missed }) =>
  volumes.flatMap((volume) => streams.flatMap((stream) => missed.map((name) => `${volume}, ${stream}: ${name}`))),
);

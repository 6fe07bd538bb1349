/** Two charts as one SVG, made by nothing but this: the share of events that are processed in a time, and the ways beside each other. */
import { percentileOf } from './distribution';
import { larger, caseOf, type ReportProps } from './report';
import { volumesOf, type Volume } from './load';
import { limits, percentileNames, percentiles, sampled, shares, type Percentiles, type StreamFigure } from './simulation';
import { shapes } from './figures';
import { normalQuantile } from './distribution';
import { chosen, ways, type WayName } from './ways';

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const SIZE = { width: 1000, height: 560 } as const;
const CURVES: Frame = { left: 70, top: 70, width: 470, height: 400 };
const WAYS: Frame = { left: 640, top: 70, width: 320, height: 400 };
const MS = { from: 20, to: 1000, ticks: [20, 50, 100, 200, 300, 500, 1000] } as const;
const SHARES = { from: 0.02, to: 0.998, ticks: [0.05, 0.25, 0.5, 0.75, 0.95, 0.99] } as const;
const colors = ['#1b6ca8', '#d1495b', '#3d8361', '#8a5a9e'] as const;
const LIMIT = '#222222';

const round = (value: number): string => String(Number(value.toFixed(1)));
const text = (x: number, y: number, content: string, traits = ''): string =>
  `<text x="${round(x)}" y="${round(y)}"${traits && ` ${traits}`}>${content}</text>`;
const line = (x1: number, y1: number, x2: number, y2: number, traits: string): string =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ${traits}/>`;

const along = (frame: Frame, ms: number): number => frame.left + (frame.width * Math.log(ms / MS.from)) / Math.log(MS.to / MS.from);
/** By normal score, so that p99 is as easy to see as p50. */
const up = (frame: Frame, share: number): number =>
  frame.top +
  (frame.height * (normalQuantile(SHARES.to) - normalQuantile(share))) / (normalQuantile(SHARES.to) - normalQuantile(SHARES.from));

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

function grid(frame: Frame): string[] {
  return MS.ticks.flatMap((ms) => [
    line(along(frame, ms), frame.top, along(frame, ms), frame.top + frame.height, 'stroke="#dddddd"'),
    text(along(frame, ms), frame.top + frame.height + 18, String(ms), 'text-anchor="middle"'),
  ]);
}

/** The worse of both shapes at each share. */
function curve(props: ReportProps, volume: Volume, stream: StreamFigure): string {
  const samples = shapes.map((shape) => sampled(caseOf(props, chosen, volume, stream), shape));
  const points: string[] = [];
  for (let step = 0; step <= 60; step += 1) {
    const score = normalQuantile(SHARES.from) + ((normalQuantile(SHARES.to) - normalQuantile(SHARES.from)) * step) / 60;
    const share = shareOf(score);
    const ms = Math.max(...samples.map((sample) => percentileOf(sample, share)));
    if (ms >= MS.from && ms <= MS.to) points.push(`${round(along(CURVES, ms))},${round(up(CURVES, share))}`);
  }
  return points.join(' ');
}

/** The inverse of `normalQuantile`, by halving. */
function shareOf(score: number): number {
  let [low, high] = [1e-6, 1 - 1e-6];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (normalQuantile(middle) < score) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function curves(props: ReportProps): string[] {
  const frame = CURVES;
  const volumes = volumesOf(props.workload.eventsPerDay);
  const names: Readonly<Record<Volume['name'], string>> = {
    average: 'average',
    peak: 'peak',
    '10 times, at its peak': '10 times, larger pods',
    '100 times, at its peak': '100 times, larger pods',
  };
  return [
    text(frame.left, 44, 'Share of events processed within a time', 'class="title"'),
    ...grid(frame),
    ...SHARES.ticks.flatMap((share) => [
      line(frame.left, up(frame, share), frame.left + frame.width, up(frame, share), 'stroke="#eeeeee"'),
      text(frame.left - 8, up(frame, share) + 4, percent(share), 'text-anchor="end"'),
    ]),
    ...volumes.flatMap((volume, index) => {
      const color = colors[index] ?? LIMIT;
      const of = index < 2 ? props : larger(props, volume);
      const y = frame.top + frame.height - 92 + index * 17;
      return [
        `<polyline fill="none" stroke="${color}" stroke-width="2" points="${curve(of, volume, 'percentiles')}"/>`,
        `<polyline fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="6 4" points="${curve(of, volume, 'published mean')}"/>`,
        line(frame.left + 272, y - 4, frame.left + 294, y - 4, `stroke="${color}" stroke-width="3"`),
        text(frame.left + 300, y, names[volume.name]),
      ];
    }),
    text(frame.left + 272, frame.top + frame.height - 12, "dashed: by AWS' mean of 70 ms"),
    ...percentileNames.flatMap((name) => {
      const [x, y] = [along(frame, limits[name]), up(frame, shares[name])];
      return [
        line(x, y - 11, x, y + 11, `stroke="${LIMIT}" stroke-width="3"`),
        text(x + 7, y - 6, `${name} below ${limits[name]}`, 'class="limit"'),
      ];
    }),
    text(
      frame.left + frame.width / 2,
      frame.top + frame.height + 40,
      'milliseconds from the load balancer to the delivery queue',
      'text-anchor="middle"',
    ),
  ];
}

const wayLabels: Readonly<Record<WayName, string>> = {
  stream: 'stream (chosen)',
  oneByOne: 'stream, one by one',
  beside: 'stream, put beside',
  inIngest: 'ingest processes',
  queue: 'queue hands over',
  kafka: 'Kafka',
};

function compared(props: ReportProps): string[] {
  const frame = WAYS;
  const peak = volumesOf(props.workload.eventsPerDay)[1];
  if (!peak) return [];
  const names = Object.keys(ways) as WayName[];
  const step = frame.height / names.length;
  const marks = (found: Percentiles, y: number, dashed: boolean): string[] => [
    line(
      along(frame, Math.min(MS.to, found.p50)),
      y,
      along(frame, Math.min(MS.to, found.p99)),
      y,
      `stroke="#888888" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}`,
    ),
    ...percentileNames.map((name, index) => {
      const x = along(frame, Math.min(MS.to, found[name]));
      const color = colors[index] ?? LIMIT;
      return found[name] < limits[name]
        ? `<circle cx="${round(x)}" cy="${round(y)}" r="5" fill="${color}"/>`
        : `<path d="M${round(x - 5)} ${round(y - 5)}l10 10m0 -10l-10 10" stroke="${color}" stroke-width="3"/>`;
    }),
  ];
  return [
    text(frame.left - 70, 44, 'The ways at the peak: p50, p95, p99', 'class="title"'),
    ...grid(frame),
    ...percentileNames.flatMap((name, index) => [
      line(
        along(frame, limits[name]),
        frame.top - 6,
        along(frame, limits[name]),
        frame.top + frame.height,
        `stroke="${colors[index] ?? LIMIT}" stroke-dasharray="2 3"`,
      ),
      text(along(frame, limits[name]), frame.top - 10, name, `text-anchor="middle" style="fill:${colors[index] ?? LIMIT}"`),
    ]),
    ...names.flatMap((name, index) => {
      const y = frame.top + step * (index + 0.5);
      const measured = percentiles(caseOf(props, name, peak, 'percentiles'));
      const published = percentiles(caseOf(props, name, peak, 'published mean'));
      const differ = measured.p99 !== published.p99;
      return [
        text(frame.left - 70, y - 18, wayLabels[name], 'class="limit"'),
        ...marks(measured, y, false),
        ...(differ ? marks(published, y + 17, true) : []),
      ];
    }),
    text(
      frame.left + frame.width / 2,
      frame.top + frame.height + 40,
      'milliseconds; a cross breaks the limit of its colour',
      'text-anchor="middle"',
    ),
  ];
}

export function latencyPlot(props: ReportProps): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img"` +
      ` aria-label="Latency of an event in ${props.cell} by volume and by way, against SLI-2">`,
    '<style>text{font:13px sans-serif;fill:#333333}.title{font-size:16px;font-weight:bold}.limit{font-weight:bold;fill:#222222;paint-order:stroke;stroke:#ffffff;stroke-width:4px}</style>',
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`,
    ...curves(props),
    ...compared(props),
    text(70, SIZE.height - 14, `${props.cell}; written by npm run -s latency: docs/01-architecture/latency.md`),
    '</svg>',
  ].join('\n')}\n`;
}

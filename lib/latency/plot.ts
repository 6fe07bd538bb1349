/** The picture of docs/01-architecture/latency.md as one SVG, made by nothing but this. */
import { deliverySamples, deliveryLimits, recoveredAfter } from './delivery';
import { percentileOf } from './distribution';
import { shapes } from './figures';
import { volumesOf, type Volume } from './load';
import { along, colors, curve, grid, LIMIT, limitMark, line, round, shareGrid, text, type Frame } from './plot-frame';
import { caseOf, deliveryCase, distinctClasses, larger, RESPONSE_MS, type ReportProps } from './report';
import { limits, percentileNames, percentiles, sampled, shares, type Percentiles, type StreamFigure } from './simulation';
import { chosen, ways, type WayName } from './ways';

const SIZE = { width: 1000, height: 900 } as const;
const processed = { from: 20, to: 1_000, ticks: [20, 50, 100, 200, 300, 500, 1_000] } as const;
const CURVES: Frame = { left: 70, top: 70, width: 450, height: 380, ms: processed };
const WAYS: Frame = { left: 640, top: 70, width: 320, height: 380, ms: processed };
const DELIVERIES: Frame = {
  left: 70,
  top: 580,
  width: 450,
  height: 230,
  ms: { from: 10, to: 5_000, ticks: [10, 50, 100, 500, 1_000, 2_000, 5_000] },
};
/** Of an outage, in hours: a linear scale of its own. */
const RETRIES = { left: 640, top: 580, width: 320, height: 230, hours: 168, ticks: [6, 24, 72, 120, 168] } as const;

const caption = ({ left, top, width, height }: Pick<Frame, 'left' | 'top' | 'width' | 'height'>, says: string): string =>
  text(left + width / 2, top + height + 40, says, 'text-anchor="middle"');

const key = (x: number, y: number, color: string, says: string): string[] => [
  line(x, y - 4, x + 22, y - 4, `stroke="${color}" stroke-width="3"`),
  text(x + 28, y, says),
];

const volumeNames: Readonly<Record<Volume['name'], string>> = {
  average: 'average',
  peak: 'peak',
  '10 times, at its peak': '10 times, larger pods',
  '100 times, at its peak': '100 times, larger pods',
};

/** Larger pods from ten times on: with those of today nothing holds there. */
const volumesOfPlot = (props: ReportProps): readonly { readonly volume: Volume; readonly of: ReportProps; readonly color: string }[] =>
  volumesOf(props.workload.eventsPerDay).map((volume, index) => ({
    volume,
    of: index < 2 ? props : larger(props, volume),
    color: colors[index] ?? LIMIT,
  }));

const keys = (props: ReportProps, x: number, y: number): string[] =>
  volumesOfPlot(props).flatMap(({ volume, color }, index) => key(x, y + index * 17, color, volumeNames[volume.name]));

/** The worse of samples at each share. */
const worst = (samples: readonly Float64Array[]) => (share: number) => Math.max(...samples.map((sample) => percentileOf(sample, share)));

function curves(props: ReportProps): string[] {
  const frame = CURVES;
  const ofStream = (of: ReportProps, volume: Volume, stream: StreamFigure) =>
    worst(shapes.map((shape) => sampled(caseOf(of, chosen, volume, stream), shape)));
  return [
    text(frame.left, 44, 'Share of events processed within a time [SLI-2]', 'class="title"'),
    ...grid(frame),
    ...shareGrid(frame),
    ...volumesOfPlot(props).flatMap(({ volume, of, color }) => [
      curve(frame, ofStream(of, volume, 'percentiles'), `stroke="${color}"`),
      curve(frame, ofStream(of, volume, 'published mean'), `stroke="${color}" stroke-dasharray="6 4"`),
    ]),
    ...keys(props, frame.left + 262, frame.top + frame.height - 92),
    text(frame.left + 262, frame.top + frame.height - 12, "dashed: by AWS' mean of 70 ms"),
    ...percentileNames.flatMap((name) => limitMark(frame, shares[name], limits[name], `${name} below ${limits[name]}`)),
    caption(frame, 'milliseconds from the load balancer to the delivery queue'),
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
      along(frame, Math.min(processed.to, found.p50)),
      y,
      along(frame, Math.min(processed.to, found.p99)),
      y,
      `stroke="#888888" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}`,
    ),
    ...percentileNames.map((name, index) => {
      const x = along(frame, Math.min(processed.to, found[name]));
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

/** The slowest of all classes' deliveries, and the quickest. */
function deliveries(props: ReportProps): string[] {
  const frame = DELIVERIES;
  const ofClasses = distinctClasses(props.plan);
  return [
    text(frame.left, frame.top - 26, 'Share of deliveries begun within a time [SLI-5]', 'class="title"'),
    ...grid(frame),
    ...shareGrid(frame),
    ...volumesOfPlot(props).flatMap(({ volume, of, color }) =>
      ofClasses.map(({ traits }, index) =>
        curve(
          frame,
          worst(shapes.map((shape) => deliverySamples(deliveryCase(of, volume), traits, shape).begun)),
          `stroke="${color}"${index > 0 ? ' stroke-dasharray="6 4"' : ''}`,
        ),
      ),
    ),
    ...keys(props, frame.left + 100, frame.top + 135),
    text(
      frame.left + 100,
      frame.top + 207,
      `dashed: ${ofClasses
        .slice(1)
        .map(({ name }) => name)
        .join('; ')}`,
    ),
    ...limitMark(frame, deliveryLimits.delivered, deliveryLimits.withinMs, '2 s'),
    caption(frame, `milliseconds from the delivery queue, with answers of ${RESPONSE_MS} ms`),
  ];
}

function retries(props: ReportProps): string[] {
  const { left, top, width, height, hours, ticks } = RETRIES;
  const x = (hour: number) => left + (width * hour) / hours;
  const y = (share: number) => top + height * (1 - share);
  const points = Array.from({ length: hours }, (_, index) => index + 1).map(
    (hour) => `${round(x(hour))},${round(y(recoveredAfter(props.plan.schedule, hour * 3_600)))}`,
  );
  return [
    text(left - 70, top - 26, 'Failed deliveries that a retry brings [SLI-5]', 'class="title"'),
    ...ticks.flatMap((hour) => [
      line(x(hour), top, x(hour), top + height, 'stroke="#dddddd"'),
      text(x(hour), top + height + 18, String(hour), 'text-anchor="middle"'),
    ]),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      line(left, y(share), left + width, y(share), 'stroke="#eeeeee"'),
      text(left - 8, y(share) + 4, `${share * 100} %`, 'text-anchor="end"'),
    ]),
    line(
      left,
      y(deliveryLimits.recovered),
      left + width,
      y(deliveryLimits.recovered),
      `stroke="${LIMIT}" stroke-width="2" stroke-dasharray="2 3"`,
    ),
    text(left + width, y(deliveryLimits.recovered) + 20, 'over 95 %', 'class="limit" text-anchor="end"'),
    `<polyline fill="none" stroke="${colors[0]}" stroke-width="2" points="${points.join(' ')}"/>`,
    caption(RETRIES, 'hours for which the destination is down'),
  ];
}

export function latencyPlot(props: ReportProps): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img"` +
      ` aria-label="Latency of an event in ${props.cell} by volume and by way, against SLI-2 and SLI-5">`,
    '<style>text{font:13px sans-serif;fill:#333333}.title{font-size:16px;font-weight:bold}.limit{font-weight:bold;fill:#222222;paint-order:stroke;stroke:#ffffff;stroke-width:4px}</style>',
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`,
    ...curves(props),
    ...compared(props),
    ...deliveries(props),
    ...retries(props),
    text(70, SIZE.height - 14, `${props.cell}; written by npm run -s latency: docs/01-architecture/latency.md`),
    '</svg>',
  ].join('\n')}\n`;
}

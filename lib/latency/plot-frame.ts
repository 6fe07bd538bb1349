/** Frames, axes and marks of the picture. */
import { normalQuantile } from './distribution';

/** A place on the picture, with times along it on a logarithmic scale. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly ms: { readonly from: number; readonly to: number; readonly ticks: readonly number[] };
}

/** Shares that are shown, from the bottom to the top. */
const SHARES = { from: 0.02, to: 0.9995, ticks: [0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999] } as const;

export const colors = ['#1b6ca8', '#d1495b', '#3d8361', '#8a5a9e'] as const;
export const LIMIT = '#222222';

export const round = (value: number): string => String(Number(value.toFixed(1)));

export const text = (x: number, y: number, content: string, traits = ''): string =>
  `<text x="${round(x)}" y="${round(y)}"${traits && ` ${traits}`}>${content}</text>`;

export const line = (x1: number, y1: number, x2: number, y2: number, traits: string): string =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ${traits}/>`;

export const along = ({ left, width, ms }: Frame, value: number): number =>
  left + (width * Math.log(value / ms.from)) / Math.log(ms.to / ms.from);

/** By normal score, so that p99 is as easy to see as p50. */
export const up = ({ top, height }: Frame, share: number): number =>
  top + (height * (normalQuantile(SHARES.to) - normalQuantile(share))) / (normalQuantile(SHARES.to) - normalQuantile(SHARES.from));

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** Times along the frame, in lines. */
export const grid = (frame: Frame): string[] =>
  frame.ms.ticks.flatMap((ms) => [
    line(along(frame, ms), frame.top, along(frame, ms), frame.top + frame.height, 'stroke="#dddddd"'),
    text(along(frame, ms), frame.top + frame.height + 18, ms.toLocaleString('en-US'), 'text-anchor="middle"'),
  ]);

/** Shares up the frame, in lines. */
export const shareGrid = (frame: Frame): string[] =>
  SHARES.ticks.flatMap((share) => [
    line(frame.left, up(frame, share), frame.left + frame.width, up(frame, share), 'stroke="#eeeeee"'),
    text(frame.left - 8, up(frame, share) + 4, percent(share), 'text-anchor="end"'),
  ]);

/** A time that a share of all events has to stay below. */
export function limitMark(frame: Frame, share: number, ms: number, says: string): string[] {
  const [x, y] = [along(frame, ms), up(frame, share)];
  return [line(x, y - 11, x, y + 11, `stroke="${LIMIT}" stroke-width="3"`), text(x + 7, y - 6, says, 'class="limit"')];
}

const STEPS = 60;

/** The shares of a distribution as a curve. @param at the time that a share stays below */
export function curve(frame: Frame, at: (share: number) => number, traits: string): string {
  const [from, to] = [normalQuantile(SHARES.from), normalQuantile(SHARES.to)];
  const points: string[] = [];
  for (let step = 0; step <= STEPS; step += 1) {
    const share = shareOf(from + ((to - from) * step) / STEPS);
    const ms = at(share);
    if (ms >= frame.ms.from && ms <= frame.ms.to) points.push(`${round(along(frame, ms))},${round(up(frame, share))}`);
  }
  return `<polyline fill="none" stroke-width="2" ${traits} points="${points.join(' ')}"/>`;
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

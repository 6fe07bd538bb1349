/** How the page writes figures. */
import { limits, percentileNames, type Percentiles } from './simulation';

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...header), row(...header.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
export const time = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return 'without end';
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3_600).toFixed(1))} h`;
};
export const share = (value: number, digits = 1): string => `${(Math.floor(value * 100 * 10 ** digits) / 10 ** digits).toFixed(digits)} %`;

/** Within a hundredth of its limit a percentile is said to the tenth: rounded it would look as if it broke it, or did not. */
export function against(found: Percentiles): string {
  return percentileNames
    .map((name) => {
      const ms = found[name];
      if (!Number.isFinite(ms)) return '**without end**';
      const near = Math.abs(ms - limits[name]) < limits[name] / 100;
      const shown = near ? ms.toFixed(1) : whole(ms);
      return ms < limits[name] ? shown : `**${shown}**`;
    })
    .join(' / ');
}

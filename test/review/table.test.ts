import { describe, expect, it } from 'vitest';
import { renderTable } from '../../lib/review/table';

describe('a table', () => {
  it('puts figures to the right, and all else to the left', () => {
    expect(
      renderTable(
        ['cell', 'USD', 'note'],
        [
          ['dev', '1,500', 'a'],
          ['prod-eu', '40.5', 'longer than its title'],
        ],
      ),
    ).toBe(
      ['cell       USD  note', '-------  -----  ---------------------', 'dev      1,500  a', 'prod-eu   40.5  longer than its title'].join(
        '\n',
      ),
    );
  });

  it('takes a column with one word in it for words', () => {
    expect(
      renderTable(
        ['a', 'value'],
        [
          ['x', '1'],
          ['y', 'none'],
        ],
      ),
    ).toBe(['a  value', '-  -----', 'x  1', 'y  none'].join('\n'));
  });

  it('has a head also without rows', () => {
    expect(renderTable(['cell', 'stacks'], [])).toBe('cell  stacks\n----  ------');
  });

  it('leaves no blanks at the ends of lines, and a missing cell empty', () => {
    const text = renderTable(['a', 'b'], [['only']]);
    expect(text).toBe('a     b\n----  -\nonly');
    expect(text.split('\n').filter((line) => line.endsWith(' '))).toEqual([]);
  });
});

/** A table for the terminal: columns of figures to the right, all others to the left. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const isFigure = head.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d.,]+$/.test(row[column] ?? '')));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (isFigure[column] ? cell.padStart(width[column] ?? 0) : cell.padEnd(width[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), line(width.map((length) => '-'.repeat(length))), ...rows.map(line)].join('\n');
}

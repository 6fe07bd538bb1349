/** Loaded into an app before its own code: as the process ends, writes what it used where BENCH_USAGE_FILE says. */
import { readFileSync, writeFileSync } from 'node:fs';

function peakBytes(): number {
  try {
    // Linux counts to getrusage's maximum what the process that started this one had in use: the CDK CLI, here.
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

const file = process.env['BENCH_USAGE_FILE'];
if (file) {
  process.once('exit', () => {
    const { user, system } = process.cpuUsage();
    writeFileSync(file, JSON.stringify({ peakBytes: peakBytes(), processorMilliseconds: (user + system) / 1000 }));
  });
}

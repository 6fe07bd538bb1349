import { describe, expect, it } from 'vitest';
import { platform } from '../../lib/config/platform';
import { ConfigurationError, parsePlatform, withRecoveryStates } from '../../lib/config/validate';
import { changed, options } from '../support/platforms';

describe('states of recovery Regions from outside', () => {
  it('reach their cell, and change nothing else', () => {
    const serving = withRecoveryStates(platform, { 'prod-eu': 'serving' });
    expect(serving).toEqual(changed({ 'environments.prod.cells.prod-eu.recovery.state': 'serving' }));
    expect(() => parsePlatform(serving, options)).not.toThrow();
  });

  it('are the committed ones where none are given', () => {
    expect(withRecoveryStates(platform, {})).toEqual(platform);
  });

  it.each(['dev', 'prod', '__proto__', ''])("rejects '%s', which is no cell with a recovery Region", (name) => {
    const states = Object.fromEntries([[name, 'serving']]);
    expect(() => withRecoveryStates(platform, states)).toThrow(ConfigurationError);
    expect(() => withRecoveryStates(platform, states)).toThrow(
      `recovery.${name}: received 'serving'; allowed: recovery.staging, recovery.prod-us, recovery.prod-eu`,
    );
  });

  it('rejects a state that there is not', () => {
    expect(() => parsePlatform(withRecoveryStates(platform, { 'prod-us': 'on' }), options)).toThrow(
      "environments.prod.cells.prod-us.recovery.state: received 'on'; allowed: 'standing-by', 'prepared' or 'serving'",
    );
  });
});

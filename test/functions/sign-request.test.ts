import { describe, expect, it } from 'vitest';
import { clusterToken, presign } from '../../lib/functions/apply-manifest/sign.mjs';

const example = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const token = (cluster: string, date = new Date('2026-11-25T10:00:00Z')) =>
  clusterToken({ cluster, region: 'eu-west-1', credentials: { ...example, sessionToken: 'a/session+token=' }, date });
const addressOf = (text: string) => new URL(Buffer.from(text.replace('k8s-aws-v1.', ''), 'base64url').toString());

describe('a signed address', () => {
  it("is AWS's own example, signature and all", () => {
    // Amazon S3 API Reference, "Authenticating requests: using query parameters (AWS Signature Version 4)", read 2026-11.
    const url = presign({
      host: 'examplebucket.s3.amazonaws.com',
      path: '/test.txt',
      query: {},
      headers: {},
      service: 's3',
      region: 'us-east-1',
      credentials: example,
      date: new Date('2013-05-24T00:00:00Z'),
      expires: 86_400,
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    expect(url).toBe(
      'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
        '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400' +
        '&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  it('encodes what encodeURIComponent leaves alone', () => {
    const url = presign({
      host: 'a.example.com',
      path: '/',
      query: { "it's": '(a*b)!' },
      headers: {},
      service: 'sts',
      region: 'eu-west-1',
      credentials: example,
      date: new Date(0),
      expires: 60,
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    expect(url).toContain('it%27s=%28a%2Ab%29%21');
  });
});

describe("a token for a cluster's API", () => {
  it('asks STS of the Region who we are, for a minute, in a text that fits into a header', () => {
    expect(token('prod-eu')).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const { origin, pathname, searchParams } = addressOf(token('prod-eu'));
    expect([origin, pathname]).toEqual(['https://sts.eu-west-1.amazonaws.com', '/']);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Date': '20261125T100000Z',
      'X-Amz-Expires': '60',
      'X-Amz-Security-Token': 'a/session+token=',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    });
  });

  it('is of one cluster and one moment', () => {
    const signature = (text: string) => addressOf(text).searchParams.get('X-Amz-Signature');
    expect(signature(token('prod-eu'))).toBe(signature(token('prod-eu')));
    expect(signature(token('prod-eu'))).not.toBe(signature(token('prod-us')));
    expect(signature(token('prod-eu'))).not.toBe(signature(token('prod-eu', new Date('2026-11-25T10:00:01Z'))));
  });

  it('names no credential but the key ID', () => {
    expect(addressOf(token('prod-eu')).href).not.toContain(example.secretAccessKey.slice(0, 8));
  });
});

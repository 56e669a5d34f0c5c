import t from 'tap';
import { signPost } from '../../../runtime/services/kms/signature-v4.ts';

t.test('requests are signed as in the vectors of AWS', async (t) => {
  const vector = (headers: Record<string, string>, signature: string, body = '', sessionToken?: string) => {
    const { authorization } = signPost(
      {
        region: 'us-east-1',
        service: 'service',
        headers: { host: 'example.amazonaws.com', ...headers },
        body: Buffer.from(body),
        time: Date.UTC(2015, 7, 30, 12, 36),
      },
      {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
        ...(sessionToken === undefined ? {} : { sessionToken }),
      },
    );
    const names = [
      'host',
      'x-amz-date',
      ...Object.keys(headers),
      ...(sessionToken === undefined ? [] : ['x-amz-security-token']),
    ].sort();
    t.equal(
      authorization,
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    );
  };
  // aws-sig-v4-test-suite: post-vanilla, post-header-key-sort, post-header-value-case, post-x-www-form-urlencoded,
  // post-x-www-form-urlencoded-parameters, post-sts-header-before.
  vector({}, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b');
  vector({ 'my-header1': 'value1' }, 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c');
  vector({ 'my-header1': 'VALUE1' }, 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d');
  const form = 'application/x-www-form-urlencoded';
  vector(
    { 'content-type': form },
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    'Param1=value1',
  );
  vector(
    { 'content-type': `${form}; charset=utf8` },
    '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
    'Param1=value1',
  );
  vector(
    {},
    '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
    '',
    'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==',
  );
});

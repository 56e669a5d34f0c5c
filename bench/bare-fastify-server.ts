/** The other side of the comparison: fastify alone, in a process of its own. `POST /<n>` is answered with n bytes. */
import fastify from 'fastify';

const app = fastify({ logger: false, bodyLimit: 1 << 20 });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post<{ Params: { length: string } }>('/:length', async (request, reply) =>
  reply.type('application/octet-stream').send(Buffer.alloc(Number(request.params.length), 0x5a)),
);
process.send?.({ url: await app.listen({ host: '127.0.0.1', port: 0 }) });
process.once('disconnect', () => process.exit(0));

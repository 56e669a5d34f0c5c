/** A client that sends half of a file and then nothing more, until somebody ends it. Its one argument says where. */
import { type ConnectOptions, connect } from '../../host-bridge/client/index.ts';
import type { TrustOptions } from '../../host-bridge/client/trust.ts';

export interface HalfUpload extends Pick<ConnectOptions, 'policy' | 'identity'> {
  readonly address: { readonly host: string; readonly port: number };
  readonly trust: TrustOptions;
  readonly fileName: string;
  readonly bytes: number;
}

const { trust, fileName, bytes, ...options } = JSON.parse(process.argv[2] ?? '') as HalfUpload;
const PIECE = 1 << 20;

async function* half(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bytes / 2; sent += PIECE) yield Buffer.alloc(PIECE, 0x61);
  process.stdout.write('half\n');
  await new Promise(() => setInterval(() => undefined, 1000));
}

const session = await connect({ ...options, trust });
await session.writeFile(fileName, { size: bytes, stream: half() });

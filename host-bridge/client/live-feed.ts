/** Sends the pieces of a live file as they come, a few ahead of their answers. */

/** Pieces that are sent ahead of their answers. */
const MOST_PIECES_UNDER_WAY = 8;

/**
 * Resolves when `add` has settled for every piece. A refusal, or the signal, ends it at once, also while the source has
 * nothing to give: that source is left to end when its next piece comes.
 */
export async function feedPieces(
  pieces: AsyncIterable<Uint8Array>,
  add: (piece: Uint8Array) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const iterator = pieces[Symbol.asyncIterator]();
  const underWay: Promise<void>[] = [];
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const aborted = () => fail(signal?.reason);
  signal?.addEventListener('abort', aborted, { once: true });
  const next = () => Promise.race([failed, iterator.next()]);
  try {
    for (let piece = await next(); piece.done !== true; piece = await next()) {
      if (piece.value.length === 0) continue;
      const added = add(piece.value);
      added.catch(fail);
      underWay.push(added);
      if (underWay.length >= MOST_PIECES_UNDER_WAY) await underWay.shift();
    }
    await Promise.all(underWay);
  } catch (error) {
    // What ended the feed is told; that its source did not end well is no news then.
    void iterator.return?.().catch(() => undefined);
    throw error;
  } finally {
    signal?.removeEventListener('abort', aborted);
    await Promise.allSettled(underWay);
  }
}

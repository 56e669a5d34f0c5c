/* Opens what is sealed for this program: a data key for its public key, and records for the data key. */
#ifndef SEALED_BOX_H
#define SEALED_BOX_H

#include <stddef.h>
#include <stdint.h>

enum {
  KEY_BYTES = 32,
  TAG_BYTES = 16,
  /* The sender's one-time public key, then the data key, sealed. */
  SEALED_KEY_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES,
};

struct key_pair {
  uint8_t secret_key[KEY_BYTES];
  uint8_t public_key[KEY_BYTES];
};

/* Makes a key pair from the enclave's random numbers. Returns 0, or -1 where there are none. */
int make_key_pair(struct key_pair *pair);

/* Opens a data key that was sealed for the pair's public key: with SHA-256 of the shared secret of X25519, the sender's
 * public key and ours as the key of one ChaCha20-Poly1305 message. Returns -1 where it was not. */
int open_key(uint8_t data_key[KEY_BYTES], const uint8_t sealed[SEALED_KEY_BYTES], const struct key_pair *pair);

/* Opens a record in place: ChaCha20-Poly1305 of RFC 8439 without further data, its nonce four zero bytes and the
 * record's number, little-endian. `length` counts the tag. Returns the length without it, or -1 where any bit is wrong. */
long open_record(uint8_t *bytes, size_t length, uint64_t number, const uint8_t key[KEY_BYTES]);

#endif

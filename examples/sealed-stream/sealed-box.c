#include "sealed-box.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tinyssh/cleanup.h"
#include "tinyssh/crypto_hash_sha256.h"
#include "tinyssh/crypto_onetimeauth_poly1305.h"
#include "tinyssh/crypto_scalarmult_curve25519.h"
#include "tinyssh/crypto_stream_chacha20.h"

enum { BLOCK_BYTES = 64 };

int make_key_pair(struct key_pair *pair) {
  if (getentropy(pair->secret_key, sizeof pair->secret_key) != 0) return -1;
  crypto_scalarmult_curve25519_base(pair->public_key, pair->secret_key);
  return 0;
}

int open_key(uint8_t data_key[KEY_BYTES], const uint8_t sealed[SEALED_KEY_BYTES], const struct key_pair *pair) {
  uint8_t material[3 * KEY_BYTES];
  uint8_t key[KEY_BYTES];
  uint8_t message[KEY_BYTES + TAG_BYTES];
  const uint8_t *sender = sealed;
  /* A result of all zeros means a public key that was chosen to give it: RFC 7748, 6.1. */
  if (crypto_scalarmult_curve25519(material, pair->secret_key, sender) != 0) return -1;
  memcpy(material + KEY_BYTES, sender, KEY_BYTES);
  memcpy(material + 2 * KEY_BYTES, pair->public_key, KEY_BYTES);
  crypto_hash_sha256(key, material, sizeof material);
  memcpy(message, sealed + KEY_BYTES, sizeof message);
  const long opened = open_record(message, sizeof message, 0, key);
  if (opened == KEY_BYTES) memcpy(data_key, message, KEY_BYTES);
  cleanup(material);
  cleanup(key);
  cleanup(message);
  return opened == KEY_BYTES ? 0 : -1;
}

static void store_number(uint8_t bytes[8], uint64_t number) {
  for (int index = 0; index < 8; index++) bytes[index] = (uint8_t)(number >> (8 * index));
}

/* RFC 8439, 2.8: of no further data, the text padded to whole blocks of 16, and both lengths. */
static int check_tag(const uint8_t *text, size_t length, const uint8_t *tag, const uint8_t *key) {
  const size_t padded = (length + 15) / 16 * 16;
  uint8_t *message = calloc(padded + 16, 1);
  if (message == NULL) return -1;
  memcpy(message, text, length);
  store_number(message + padded + 8, length);
  const int result = crypto_onetimeauth_poly1305_verify(tag, message, padded + 16, key);
  free(message);
  return result;
}

long open_record(uint8_t *bytes, size_t length, uint64_t number, const uint8_t key[KEY_BYTES]) {
  if (length < TAG_BYTES) return -1;
  const size_t text = length - TAG_BYTES;
  uint8_t nonce[8];
  store_number(nonce, number);
  /* tinyssh's ChaCha20 counts blocks from 0 with a nonce of 8 bytes; RFC 8439's is the same where its first four bytes
   * are zero. Block 0 gives the key of the tag, the text begins with block 1. */
  uint8_t *stream = calloc(BLOCK_BYTES + text, 1);
  if (stream == NULL) return -1;
  crypto_stream_chacha20(stream, BLOCK_BYTES + text, nonce, key);
  const int genuine = check_tag(bytes, text, bytes + text, stream) == 0;
  if (genuine)
    for (size_t index = 0; index < text; index++) bytes[index] ^= stream[BLOCK_BYTES + index];
  cleanup_(stream, (long long)(BLOCK_BYTES + text));
  free(stream);
  return genuine ? (long)text : -1;
}

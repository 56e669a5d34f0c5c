/** The command line's own files, enclave images, and the demo. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const imageErrors = {
  // The command line's own files.
  LOCAL_FILE_UNREADABLE: { status: FAILED_GENERIC, message: 'cannot read {path}: {reason}' },
  LOCAL_FILE_UNWRITABLE: { status: FAILED_GENERIC, message: 'cannot write {path}: {reason}' },
  // The engine alone.
  EXEC_FAILED: { status: FAILED_GENERIC, message: 'the engine did not come to an end of its own: {reason}' },
  EXEC_RESULT_MISSING: { status: FAILED_GENERIC, message: 'the program left nothing at {path}' },
  // Enclave images.
  EIF_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid enclave image at byte {offset}: {reason}',
  },
  EIF_METADATA_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid metadata of an enclave image: {reason}',
  },
  EIF_SIGNATURE_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid signature section of an enclave image: {reason}',
  },
  EIF_CRC_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the image is damaged: its CRC-32 says {stated} where {computed} is true',
  },
  EIF_SIGNATURE_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: "the image's signature does not hold: {reason}",
  },
  EIF_CERTIFICATE_EXPIRED: {
    status: FAILED_INVALID_REQUEST,
    message: 'the signing certificate expired at {notAfter}',
  },
  EIF_CERTIFICATE_NOT_YET_VALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'the signing certificate is valid from {notBefore} only',
  },
  SIGNING_CERTIFICATE_UNUSABLE: {
    status: FAILED_GENERIC,
    message: 'no image can be signed with this certificate: {reason}',
  },
  SIGNING_KEY_INVALID: { status: FAILED_GENERIC, message: 'the signing key cannot be used: {reason}' },
  SIGNING_KEY_MISMATCH: {
    status: FAILED_GENERIC,
    message: "the signing key is not the certificate's",
  },
  KERNEL_FORMAT: { status: FAILED_GENERIC, message: 'this kernel boots in no enclave: {reason}' },
  EIF_PARTS_INVALID: {
    status: FAILED_GENERIC,
    message: 'no enclave image can have this {part}: {reason}',
  },
  CPIO_INVALID: { status: FAILED_GENERIC, message: 'no ramdisk can hold {path}: {reason}' },
  // Building enclave images.
  EXECUTABLE_INVALID: { status: FAILED_GENERIC, message: '{file} cannot be in an image: {reason}' },
  DEBIAN_ARCHIVE: { status: FAILED_GENERIC, message: "Debian's archive: {reason}" },
  KERNEL_BUILD: { status: FAILED_GENERIC, message: 'the kernel was not built: {reason}' },
  KERNEL_CONFIG: {
    status: FAILED_GENERIC,
    message: 'the kernel cannot have the options {options}: {reason}',
  },
  KERNEL_TOOLS_MISSING: {
    status: FAILED_GENERIC,
    message: 'building the kernel needs the packages {packages}: {command}',
  },
  KERNEL_UNSUITABLE: { status: FAILED_GENERIC, message: 'no image can have the kernel {path}: {reason}' },
  NITRO_CLI_BLOBS_MISSING: { status: FAILED_GENERIC, message: 'nitro-cli has no kernel here: {path}' },
  NODE_UNAVAILABLE: { status: FAILED_GENERIC, message: 'no Node {version} for the image: {reason}' },
  PACKAGE_FILE_MISSING: { status: FAILED_GENERIC, message: 'the package {package} has no file {file}' },
  PACKAGE_NOT_ACCEPTED: {
    status: FAILED_GENERIC,
    message:
      'no accepted version of the package {package} is to be had: accepted are {accepted}, the archive has {found}',
  },
  RAMDISK_COMPRESSION: { status: FAILED_GENERIC, message: 'a ramdisk was not compressed: {reason}' },
  // The demo.
  DEMO_FAILED: { status: FAILED_GENERIC, message: 'the demo failed: {reason}' },
} as const satisfies Record<string, ErrorRow>;

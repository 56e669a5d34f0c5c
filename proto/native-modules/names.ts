/** Veracruz's static native modules, by the names that policies list them with. Source: Veracruz, native_modules/common.rs. */
export const nativeModuleNames = ['AEAD Service', 'Counter mode AES Service', 'Postcard Service'] as const;
export type NativeModuleName = (typeof nativeModuleNames)[number];

export function isNativeModuleName(name: string): name is NativeModuleName {
  return (nativeModuleNames as readonly string[]).includes(name);
}

/** Where the Postcard Service puts its result, whoever asks. Source: Veracruz, native_modules/postcard.rs. */
export const POSTCARD_RESULT = '/services/postcard_result.dat';

/** Bytes of one request: what is longer can never be whole. */
export const MAXIMUM_NATIVE_REQUEST = 1 << 20;

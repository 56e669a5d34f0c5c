/** As much of node-forge's ASN.1 as is used here. Byte strings are of one character for each byte. */
declare module 'node-forge/lib/asn1.js' {
  interface Asn1Element {
    /** The two highest bits of the identifier octet. */
    readonly tagClass: number;
    /** Its five lowest. */
    readonly type: number;
    readonly constructed: boolean;
    /** Elements where it is constructed. */
    readonly value: string | readonly Asn1Element[];
  }
  interface Asn1Options {
    readonly strict: boolean;
    readonly parseAllBytes: boolean;
    readonly decodeBitStrings: boolean;
    readonly maxDepth: number;
  }
  const asn1: { fromDer(bytes: string, options: Asn1Options): Asn1Element };
  export = asn1;
}

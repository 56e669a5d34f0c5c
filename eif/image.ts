/** Enclave images (EIF), both ways: `readEif` for any image, `writeEif` for ours. */
export type { Architecture } from './image-format.ts';
export { crcProblem, type EifImage, type EifSection, readEif } from './image-reader.ts';
export { type EifParts, writeEif, writeEifPieces } from './image-writer.ts';

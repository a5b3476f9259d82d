import { SourceError } from '../errors.ts'

const otherFormats: readonly (readonly [string, readonly number[], string])[] = [
  ['UTF-16 text', [0xff, 0xfe], 'Convert it to UTF-8 (iconv -f UTF-16 -t UTF-8).'],
  ['UTF-16 text', [0xfe, 0xff], 'Convert it to UTF-8 (iconv -f UTF-16 -t UTF-8).'],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31], 'Read it with parquetFile, or --format parquet.'],
  ['a ZIP archive or a spreadsheet', [0x50, 0x4b, 3, 4], 'Unpack it, or export the sheet as CSV.'],
  ['an old spreadsheet', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], 'Export the sheet as CSV.'],
  ['gzip', [0x1f, 0x8b], 'Decompress it before: files are, byte streams through gunzip().'],
  ['compressed by xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], 'Decompress it before (xz -dc).'],
  ['compressed by zstd', [0x28, 0xb5, 0x2f, 0xfd], 'Decompress it before (zstd -dc).'],
  // The fourth byte says how large its blocks are.
  ['compressed by bzip2', [0x42, 0x5a, 0x68, -1, 0x31, 0x41, 0x59, 0x26], 'Decompress it before (bzip2 -dc).'],
  ['an Arrow or Feather file', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31, 0], 'Write it as Parquet or CSV.'],
]

/** @throws SourceError (E_FORMAT) when the first bytes are those of something else. */
export function refuseOtherFormats(sample: Uint8Array, source: string): void {
  for (const [name, magic, hint] of otherFormats) {
    if (!magic.every((byte, k) => byte < 0 || sample[k] === byte)) continue
    throw new SourceError({ code: 'E_FORMAT', what: `it is ${name}, wanted text in UTF-8`, source, hint })
  }
}

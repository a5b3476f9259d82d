import { SourceError } from '../errors.ts'

const otherFormats: readonly (readonly [string, readonly number[], string])[] = [
  ['UTF-16 text', [0xff, 0xfe], 'Convert it to UTF-8 (iconv -f UTF-16 -t UTF-8).'],
  ['UTF-16 text', [0xfe, 0xff], 'Convert it to UTF-8 (iconv -f UTF-16 -t UTF-8).'],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31], 'Read it with parquetFile, or --format parquet.'],
  ['a ZIP archive or a spreadsheet', [0x50, 0x4b, 3, 4], 'Unpack it, or export the sheet as CSV.'],
  ['gzip', [0x1f, 0x8b], 'Decompress it before: files are, byte streams through gunzip().'],
]

/** @throws SourceError (E_FORMAT) when the first bytes are those of something else. */
export function refuseOtherFormats(sample: Uint8Array, source: string): void {
  for (const [name, magic, hint] of otherFormats) {
    if (!magic.every((byte, k) => sample[k] === byte)) continue
    throw new SourceError({ code: 'E_FORMAT', what: `it is ${name}, wanted text in UTF-8`, source, hint })
  }
}

/** The i32 that an instruction gives for i32 operands that are known, or null when it is not one that we fold. */
export function fold(op: number, x: number, y: number): number | null {
  switch (op) {
    case 0x45: return Number(x === 0)
    case 0x46: return Number(x === y)
    case 0x47: return Number(x !== y)
    case 0x48: return Number(x < y)
    case 0x49: return Number(x >>> 0 < y >>> 0)
    case 0x4a: return Number(x > y)
    case 0x4b: return Number(x >>> 0 > y >>> 0)
    case 0x4c: return Number(x <= y)
    case 0x4d: return Number(x >>> 0 <= y >>> 0)
    case 0x4e: return Number(x >= y)
    case 0x4f: return Number(x >>> 0 >= y >>> 0)
    case 0x67: return Math.clz32(x)
    case 0x6a: return (x + y) | 0
    case 0x6b: return (x - y) | 0
    case 0x6c: return Math.imul(x, y)
    // Those that trap are left to the engine.
    case 0x6d: return y === 0 || y === -1 ? null : (x / y) | 0
    case 0x6e: return y === 0 ? null : ((x >>> 0) / (y >>> 0)) | 0
    case 0x6f: return y === 0 ? null : (x % y) | 0
    case 0x70: return y === 0 ? null : ((x >>> 0) % (y >>> 0)) | 0
    case 0x71: return x & y
    case 0x72: return x | y
    case 0x73: return x ^ y
    case 0x74: return x << y
    case 0x75: return x >> y
    case 0x76: return (x >>> y) | 0
    default: return null
  }
}

// What the module exports; src/module.ts has the same list as a TypeScript interface.
import { all, first } from './lanes'
import { burst, frame } from './frame'
import { allModest, firstNonFinite, maxAbs } from './guard'
import { run } from './machine'
import { erf as erfOf } from './erf'
import { exp as expOf, expm1 as expm1Of } from './exp'
import { log as logOf, log1p as log1pOf } from './log'
import { pow as powOf } from './pow'
import { tanh as tanhOf } from './sigmoid'
import { atan as atanOf, cos as cosOf, sin as sinOf } from './trigonometric'

export { alloc, control, free, room } from './memory'

export function run32(from: usize, to: usize): usize { return run<f32>(from, to) }
export function run64(from: usize, to: usize): usize { return run<f64>(from, to) }
export function frame32(header: usize): i32 { return frame<f32>(header) }
export function frame64(header: usize): i32 { return frame<f64>(header) }
export function burst32(header: usize, start: i32, count: i32): i32 { return burst<f32>(header, start, count) }
export function burst64(header: usize, start: i32, count: i32): i32 { return burst<f64>(header, start, count) }
export function firstNonFinite32(at: usize, n: i32): i32 { return firstNonFinite<f32>(at, n) }
export function firstNonFinite64(at: usize, n: i32): i32 { return firstNonFinite<f64>(at, n) }
export function maxAbs32(at: usize, n: i32): f64 { return <f64>maxAbs<f32>(at, n) }
export function maxAbs64(at: usize, n: i32): f64 { return maxAbs<f64>(at, n) }

/** For src/specialize, which evaluates it. */
export function allModest32(count: i32, regions: usize): bool { return allModest<f32>(count, regions) }
export function allModest64(count: i32, regions: usize): bool { return allModest<f64>(count, regions) }

export function exp(x: f64): f64 { return first<f64>(expOf<f64>(all<f64>(x))) }
export function expm1(x: f64): f64 { return first<f64>(expm1Of<f64>(all<f64>(x))) }
export function log(x: f64): f64 { return first<f64>(logOf<f64>(all<f64>(x))) }
export function log1p(x: f64): f64 { return first<f64>(log1pOf<f64>(all<f64>(x))) }
export function tanh(x: f64): f64 { return first<f64>(tanhOf<f64>(all<f64>(x))) }
export function erf(x: f64): f64 { return first<f64>(erfOf<f64>(all<f64>(x))) }
export function sin(x: f64): f64 { return first<f64>(sinOf<f64>(all<f64>(x))) }
export function cos(x: f64): f64 { return first<f64>(cosOf<f64>(all<f64>(x))) }
export function atan(x: f64): f64 { return first<f64>(atanOf<f64>(all<f64>(x))) }
export function pow(x: f64, y: f64): f64 { return first<f64>(powOf<f64>(all<f64>(x), all<f64>(y))) }

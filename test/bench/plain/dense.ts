/** Fully connected layers for one event, by hand: w is [outputs][inputs]. */

/** y = w x + b */
export function forward(w: Float32Array, b: Float32Array, x: Float32Array, y: Float32Array): void {
  const inputs = x.length
  for (let o = 0; o < y.length; o++) {
    const row = o * inputs
    let sum = b[o]!
    for (let i = 0; i < inputs; i++) sum += w[row + i]! * x[i]!
    y[o] = sum
  }
}

/** dx = dy w */
export function pull(w: Float32Array, dy: Float32Array, dx: Float32Array): void {
  const inputs = dx.length
  dx.fill(0)
  for (let o = 0; o < dy.length; o++) {
    const row = o * inputs
    const g = dy[o]!
    for (let i = 0; i < inputs; i++) dx[i]! += g * w[row + i]!
  }
}

/** Gradient descent; the gradient of w is never written down. */
export function descend(w: Float32Array, b: Float32Array, x: Float32Array, dy: Float32Array, rate: number): void {
  const inputs = x.length
  for (let o = 0; o < dy.length; o++) {
    const row = o * inputs
    const g = rate * dy[o]!
    b[o]! -= g
    for (let i = 0; i < inputs; i++) w[row + i]! -= g * x[i]!
  }
}

export function relu(y: Float32Array): void {
  for (let i = 0; i < y.length; i++) if (!(y[i]! > 0)) y[i] = 0
}

export function reluBackward(y: Float32Array, dy: Float32Array): void {
  for (let i = 0; i < y.length; i++) if (!(y[i]! > 0)) dy[i] = 0
}

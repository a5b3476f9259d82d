/**
 * SHA-256, in hex, of a training state: names, shapes, element types and every bit of every number. The library's own,
 * so that whoever trains the same model on the same events, in Node or in a browser, can compare.
 */
export { digest as stateDigest } from 'eddy'

/** The worst case: a page that uses every export of the four packages. */
export * as graph from '@eddy/graph'
export * as kernels from '@eddy/kernels'
export * as nodes from '@eddy/nodes'
export * as optim from '@eddy/optim'

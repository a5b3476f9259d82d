export { checkNumber, checkOptions } from '@eddy/tensor'

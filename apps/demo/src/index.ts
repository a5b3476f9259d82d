export { type Demo, type DemoName, type DemoOptions, demos, type LearnedDemo, type ShownDemo } from './demos.ts'

export const source = ''
export const module = ''

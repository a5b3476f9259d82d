import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const skippedFolders = new Set(['node_modules', 'dist', 'coverage'])
const sourceEnding = /\.(ts|tsx|mts|js|mjs)$/

export function readText(path: string): string {
  return readFileSync(root + path, 'utf8')
}

/** Names inside a folder of the repository; an absent folder is empty. */
export function listFolder(path: string): string[] {
  try {
    return readdirSync(root + path)
  } catch {
    return []
  }
}

/** Every hand-written source file below the given folders, as path from the repository root -> text. */
export function readSources(folders: readonly string[]): Map<string, string> {
  const sources = new Map<string, string>()
  const visit = (folder: string): void => {
    for (const entry of readdirSync(root + folder, { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name)) visit(path)
      } else if (sourceEnding.test(entry.name)) {
        sources.set(path, readText(path))
      }
    }
  }
  for (const folder of folders) visit(folder)
  return sources
}

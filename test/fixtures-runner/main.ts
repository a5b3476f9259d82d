/** `pnpm test:fixtures`: follows every fixture of the folder EDDY_FIXTURES, by default `test/fixtures`. */
import { fileURLToPath } from 'node:url'
import { formatReport, runFolder } from './run-folder.ts'

const folder = process.env['EDDY_FIXTURES'] ?? fileURLToPath(new URL('../fixtures', import.meta.url))
const reports = runFolder(folder)
for (const report of reports) for (const failure of report.failures) console.log(`  ${report.file}: ${failure}`)
for (const report of reports) console.log(formatReport(report))
if (reports.length === 0) console.log(`there are no fixtures in ${folder}`)
process.exitCode = reports.length > 0 && reports.every(({ failures }) => failures.length === 0) ? 0 : 1

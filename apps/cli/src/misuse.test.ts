import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { eddy } from './eddy.ts'

const folder = mkdtempSync(join(tmpdir(), 'eddy-misuse-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const numbers = file('numbers.csv', 'day,price,city\n1,2.5,Bern\n2,3.5,Chur\n3,4.5,Bern\n')
const classes = file('classes.csv', 'a,kind\n1,x\n2,y\n3,z\n')
const header = file('header.csv', 'a,y\n')
const ragged = file('ragged.csv', 'a,y\n1,2,5\n3,4,6\n')
const spread = file('spread.json', '{\n  "a": 1,\n  "y": 2\n}\n')
const unlabelled = file('unlabelled.csv', 'a,y\n1,\n2,\n')
const empty = file('empty.csv', '')
const list = file('list.json', '[{"a":1}]')
const pipe = join(folder, 'pipe')
execFileSync('mkfifo', [pipe])

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' }
  const code = await eddy(argv, {
    stdout: { write: (text: string) => { written.out += text } },
    stderr: { write: (text: string) => { written.err += text } }, env: {},
  })
  return { code, ...written }
}

const learn = ['learn', numbers, '--target', 'price'] as const
const linear = [...learn, '--model', 'linear'] as const

describe('eddy: misuse ends with code 2 and one line that says what, where and what to do', () => {
  it.each<[readonly string[], RegExp]>([
    [[], /^eddy: name a command: learn, predict, inspect, /],
    [['lern'], /unknown command 'lern'\. Did you mean learn\?/],
    [['learn', numbers], /required option '--target <column>'/],
    [['learn', numbers, '--taget', 'price'], /unknown option '--taget'\. Did you mean --target\?/],
    [['predict', numbers, '--chekpoint', folder], /unknown option '--chekpoint'\. Did you mean --checkpoint\?/],
    [['inspect', '--repotr', 'json'], /unknown option '--repotr'\. Did you mean --report\?/],
    [['learn', numbers, '--target'], /--target.* argument missing/],
    [['learn', numbers, '--target', 'prize'], /--target prize is no column of .*numbers\.csv\. Did you mean price\?/],
    [['learn', numbers, '--target', 'nothing'], /is no column .* There are day, price, city\./],
    [['learn', join(folder, 'missing.csv'), '--target', 'y'], /missing\.csv is no file\. Check the path/],
    [['learn', folder, '--target', 'y'], /is a folder\. Name a file inside it/],
    [['learn', pipe, '--target', 'y'], /pipe is a pipe, which can be read only once\. .* standard input: - < .*pipe\./],
    [['learn', empty, '--target', 'y'], /empty\.csv holds no records/],
    [['learn', header, '--target', 'y'], /header\.csv has a header, but no records\. Name a file with records/],
    [['learn', ragged, '--target', 'y'], /ragged\.csv holds no record .*: on line 2, .*3.*2.* as many fields as the h/],
    [['learn', spread, '--target', 'y'], /spread\.json holds no record .*: on line 1, it is not JSON.* jq -c \./],
    [['learn', unlabelled, '--target', 'y'], /--target y has no value in the first records.* give --task/],
    [['learn', list, '--target', 'a'], /it is a JSON array\. Write one object per line/],
    [['learn', numbers, classes, '--target', 'price'], /too many arguments/],
    [[...learn, '--tsak', 'binary'], /unknown option '--tsak'\. Did you mean --task\?/],
    [[...learn, '--task', 'clustering'], /--task.*'clustering'.*auto, regression, binary, multiclass/],
    [[...learn, '--format', 'xml'], /--format.*'xml'.*auto, csv, ndjson, parquet/],
    [[...learn, '--format', 'parquet'], /it cannot be read as Parquet/],
    [[...learn, '--report', 'yaml'], /--report.*'yaml'.*text, json/],
    [[...learn, '--model', 'forest'], /--model.*'forest'.*Give auto, linear, or mlp/],
    [[...learn, '--model', 'mlp:0'], /--model.*'mlp:0'.*whole numbers from 1 to 4096/],
    [[...linear, '--optimizer', 'adma'], /--optimizer.*'adma'.*Did you mean adam\?/],
    [[...linear, '--optimizer', 'adam:lr=0.1'], /--optimizer.*"lr".*learningRate/],
    [[...linear, '--optimizer', 'adam:learning-rate=-1'], /--optimizer.*got -1, wanted a finite number >= 0/],
    [[...linear, '--optimizer', 'adam:fast'], /--optimizer.*Wanted options as in adam:learning-rate=0\.01, got "fast"/],
    [[...learn, '--optimizer', 'adam'], /--optimizer has no effect on --model auto/],
    [[...linear, '--loss', 'hubr'], /--loss.*'hubr'.*Did you mean huber\?/],
    [[...linear, '--loss', 'huber:delta=-1'], /--loss.*delta/],
    [[...linear, '--loss', 'huber:gamma=1'], /--loss.*huber has no option gamma/],
    [[...linear, '--loss', 'quantile'], /--loss.*one share between 0 and 1, as in quantile:0\.9/],
    [['learn', classes, '--target', 'kind', '--model', 'linear', '--loss', 'quantile:0.9'], /--loss quantile is for n/],
    [[...learn, '--loss', 'quantile:0.9'], /--loss has no effect on --model auto/],
    [[...linear, '--loss', 'log', '--task', 'regression'], /--loss log is for binary, the task is regression/],
    [[...learn, '--ignore', 'ctiy'], /--ignore ctiy is no column .*Did you mean city\?/],
    [[...learn, '--ignore', 'price'], /--ignore price is the target/],
    [[...learn, '--time', 'dya'], /--time dya is no column .*Did you mean day\?/],
    [[...learn, '--time', 'day', '--delay', '2h'], /--time day holds numbers such as 1.*--time day:d/],
    [[...learn, '--delay', '30m'], /--delay is a duration.*--time/],
    [[...learn, '--delay', 'soon'], /--delay.*'soon'.*as in 100.*as in 30m/],
    [[...learn, '--seed', '-1'], /--seed.*'-1'.*whole number, at least 0/],
    [[...learn, '--limit', 'lots'], /--limit.*'lots'.*whole number, at least 1/],
    [[...learn, '--resume'], /--resume needs --checkpoint/],
    [[...learn, '--every', '10'], /--every needs --checkpoint/],
    [[...learn, '--no-log'], /--no-log needs --checkpoint/],
    [[...learn, '--resume', '--checkpoint', folder], /holds no checkpoint, but other files\. Name the folder of the f/],
    [[...learn, '--checkpoint', numbers], /--checkpoint .*numbers\.csv cannot be used/],
    [[...learn, '--id', 'dya'], /--id dya is no column .*Did you mean day\?/],
    [[...learn, '--id', 'price'], /--id price is the target/],
    [[...learn, '--warm-start', numbers], /--warm-start has no effect on --model auto/],
    [[...linear, '--warm-start', join(folder, 'no.safetensors')], /--warm-start .* cannot be read \(ENOENT\)/],
    [[...linear, '--warm-start', numbers], /--warm-start does not fit --model linear: safetensors/],
    [[...learn, '--predictions', join(folder, 'no', 'such.csv')], /--predictions .* cannot be written \(ENOENT\)/],
    [['learn', classes, '--target', 'kind', '--task', 'binary'], /more than two different values \(x, y, z\)/],
    [['learn', classes, '--target', 'kind', '--task', 'regression'], /is for numbers, but --target kind holds x, y, z/],
    [['predict', numbers], /required option '--checkpoint <folder>'/],
    [['predict', numbers, '--checkpoint', folder], /holds no checkpoint/],
    [['inspect', folder], /holds no checkpoint\. Name the folder that eddy learn --checkpoint wrote/],
    [['digest', join(folder, 'none')], /none holds no checkpoint/],
    [['rejected', numbers], /numbers\.csv holds no checkpoint/],
    [['replay', folder, '--until', '0'], /--until.*'0'.*at least 1/],
    [['replay', folder], /holds no checkpoint/],
    [['diff', folder], /missing required argument 'after'/],
    [['diff', folder, folder], /holds no checkpoint/],
    [['export', folder, 'model.pt'], /model\.pt has no known ending\. Name it model\.onnx or model\.safetensors/],
    [['export', folder, 'model.onnx'], /holds no checkpoint/],
    [['inspect'], /missing required argument 'folder'/],
    [['demo', 'spma'], /there is no stream 'spma'\. Allowed choices are flights, spam, digits, xor/],
    [['demo', '--limit', '0'], /--limit.*'0'.*at least 1/],
  ])('%j', async (argv, message) => {
    const { code, out, err } = await run(...argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
    expect(err).toMatch(/^eddy( [a-z]+)?: [^\n]+ See eddy[a-z ]* --help\.\n$/)
  })
})

describe('eddy --help', () => {
  it('ends well, on stdout', async () => {
    for (const name of ['', 'learn', 'predict', 'demo', 'inspect', 'digest', 'rejected', 'replay', 'diff', 'export']) {
      const { code, out, err } = await run(...(name === '' ? ['--help'] : [name, '-h']))
      expect([code, err]).toEqual([0, ''])
      expect(out).toMatch(/^Usage: eddy[^]*Examples:/)
    }
  })
})

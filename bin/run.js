#!/usr/bin/env node
/*
 * This file must parse on every Node from 12 up, so that an old one gets a sentence and not a syntax error: no static
 * imports, no top-level await, no `?.` or `??`.
 */
var version = process.versions.node.split('.').map(Number)
if (version[0] < 22 || (version[0] === 22 && version[1] < 13)) {
  process.stderr.write(
    'vibe needs Node.js 22.13 or newer and found ' +
      process.versions.node +
      ': install a current Node.js and try again.\n',
  )
  process.exitCode = 3
} else {
  start()
}

function start() {
  var argv = process.argv.slice(2)
  if (argv.length === 1 && /^(--version|-v|version)$/.test(argv[0])) return say(versionLine() + '\n')
  if (argv[0] === '__complete') return complete(argv.slice(1))
  exitWhenNobodyListens(process.stdout)
  exitWhenNobodyListens(process.stderr)
  // oclif compares versions with a large library as soon as it is loaded; that was done above.
  process.env.OCLIF_DISABLE_ENGINE_WARNING = '1'
  process.getBuiltinModule('module').enableCompileCache(process.env.NODE_COMPILE_CACHE || compileCacheFolder())
  import('../dist/start.js').then(
    function (module) {
      return module.start({argv: argv, root: root()})
    },
    function (error) {
      var missing = error.code === 'ERR_MODULE_NOT_FOUND' && /dist[\\/]start\.js/.test(error.message)
      process.stderr.write(missing ? 'vibe is not built yet: run "npm run build".\n' : error.stack + '\n')
      process.exitCode = missing ? 3 : 1
    },
  )
}

/* Every press of TAB waits for this: it loads no oclif, and is silent when something fails. */
function complete(argv) {
  process.getBuiltinModule('module').enableCompileCache(process.env.NODE_COMPILE_CACHE || compileCacheFolder())
  import('../dist/complete.js')
    .then(function (module) {
      return module.answerShell(argv, {root: root(), env: process.env, cwd: process.cwd()})
    })
    .then(say)
    .catch(function () {
      // Words of an error would end up in the line that somebody is typing.
    })
}

/* Without a stream, which takes a tenth of the time of a short answer to set up. */
function say(text) {
  var fs = process.getBuiltinModule('fs')
  var bytes = Buffer.from(text)
  try {
    while (bytes.length > 0) bytes = bytes.subarray(fs.writeSync(1, bytes))
  } catch (error) {
    if (error.code === 'EPIPE' || error.code === 'EOF') return
    if (error.code !== 'EAGAIN') throw error
    exitWhenNobodyListens(process.stdout)
    process.stdout.write(bytes)
  }
}

function exitWhenNobodyListens(stream) {
  stream.on('error', function (error) {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

function root() {
  return process.getBuiltinModule('path').join(import.meta.dirname, '..')
}

function versionLine() {
  var path = process.getBuiltinModule('path').join(root(), 'package.json')
  var pjson = JSON.parse(process.getBuiltinModule('fs').readFileSync(path, 'utf8'))
  return pjson.name + '/' + pjson.version + ' ' + process.platform + '-' + process.arch + ' node-' + process.version
}

/* The cache home of src/paths.ts, said again here because nothing may be loaded before the cache is on. */
function compileCacheFolder() {
  var env = process.env
  var path = process.getBuiltinModule('path')
  var home = env.HOME || env.USERPROFILE || process.getBuiltinModule('os').homedir()
  var windows = process.platform === 'win32'
  var otherwise = process.platform === 'darwin' ? path.join(home, 'Library', 'Caches') : path.join(home, '.cache')
  if (windows) otherwise = env.LOCALAPPDATA || path.join(home, 'AppData', 'Local')
  var wanted = env.XDG_CACHE_HOME
  var base = wanted && (windows || wanted[0] === '/') ? wanted : otherwise
  var folder = path.join(base, 'vibe-coder', 'compiled')
  try {
    process.getBuiltinModule('fs').mkdirSync(folder, {recursive: true, mode: 448})
  } catch (error) {
    // A cache that cannot be written only costs time.
  }
  return folder
}

'use strict';

// Runs Azurite for a data folder as long as someone uses the folder. The folder's process.json names its users; when none of them has been alive
// for the grace period, what else it names is ended first (it needs the storage to end well), then Azurite. So nothing outlives a killed starter.
//
//   node serve.js PROCESS_FILE GRACE_SECONDS AZURITE_SCRIPT [azurite's own options]

const fs = require('fs');

const [processFile, graceSeconds, script] = process.argv.slice(2);
const stopLimit = 30_000;
const interval = 500;

let lonelySince = null;
let ending = false;

setInterval(() => {
  if (ending) return;
  const record = read();
  if (record !== null && record.users.some((user) => isAlive(user.pid))) {
    lonelySince = null;
    return;
  }
  lonelySince ??= Date.now();
  if (Date.now() - lonelySince >= Number(graceSeconds) * 1000) {
    ending = true;
    end(record);
  }
}, interval).unref(); // Azurite ends once its servers are closed.

async function end(record) {
  const others = record === null ? [] : [record.app, ...record.companions].filter((other) => other && isAlive(other.pid));
  for (const other of others) signal(other.pid);
  const limit = Date.now() + stopLimit;
  while (others.some((other) => isAlive(other.pid)) && Date.now() < limit) await new Promise((done) => setTimeout(done, 100));
  process.kill(process.pid, 'SIGTERM');
}

function read() {
  try {
    const record = JSON.parse(fs.readFileSync(processFile, 'utf8'));
    return record.azurite?.pid === process.pid ? record : null;
  } catch {
    return null; // The folder is gone, or not written yet: nobody uses it.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2)); // A zombie has ended; its parent has not looked yet.
  } catch {
    return true;
  }
}

function signal(pid) {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended meanwhile.
  }
}

process.argv.splice(1, 3); // As if Azurite had been started itself.
require(script);

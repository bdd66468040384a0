#!/usr/bin/env node
/**
 * The program. CommonJS, because Node makes its pool of threads when it loads the first ES module, and reads only before
 * that how many there are to be. Queries of embedded databases each hold one while they compute; with Node's own four,
 * four of them keep files, names of hosts and passwords waiting.
 */
process.env.UV_THREADPOOL_SIZE ??= '16';
void import('./main.js');

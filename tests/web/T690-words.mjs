#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Both languages have every key the pages use, and no other; nothing visible is hard-coded.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../server/web/', import.meta.url));
const read = name => readFileSync(web + name, 'utf8');
const vi = JSON.parse(read('i18n/vi.json'));
const en = JSON.parse(read('i18n/en.json'));
const sources = readdirSync(web).filter(name => name.endsWith('.js')).map(name => [name, read(name)]);
let count = 0;
let failed = 0;

function check(name, wrong) {
	console.log(`${wrong.length ? 'not ok' : 'ok'} ${++count} - ${name}`);
	for (const line of wrong)
		console.log(`# ${line}`);
	failed += wrong.length > 0;
}

const code = sources.map(([, text]) => text).join('\n');
const literal = [...code.matchAll(/\bt\('([a-z.]+)'/g)].map(match => match[1]);
// t(`field.${name}`) uses every key that begins so; 'search.total' : 'search.atleast' is a choice.
const families = [...code.matchAll(/\bt\(`([a-z.]+)\$\{/g)].map(match => match[1]);
const chosen = [...code.matchAll(/'([a-z]+\.[a-z.]+)'/g)].map(match => match[1]).filter(key => key in vi);
const used = key => literal.includes(key) || chosen.includes(key) || families.some(start => key.startsWith(start));

check('every key the pages use is in Vietnamese and in English',
	literal.filter(key => !(key in vi) || !(key in en)));
check('both languages have the same keys', [...Object.keys(vi).filter(key => !(key in en)),
	...Object.keys(en).filter(key => !(key in vi))]);
check('no key is left over', Object.keys(vi).filter(key => !used(key)));
check('placeholders agree', Object.keys(vi).filter(key =>
	String(vi[key].match(/\{\w+\}/g)?.sort()) !== String((en[key] || '').match(/\{\w+\}/g)?.sort())));
check('no text for people stands in the code', sources.flatMap(([name, text]) =>
	[...text.matchAll(/>\s*([A-ZÀ-ỸĐ][A-Za-zÀ-ỹ ]{3,})\s*</g)].map(match => `${name}: ${match[1]}`)));
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);

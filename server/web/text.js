// SPDX-License-Identifier: GPL-3.0-or-later
import { useEffect } from './vendor/preact-htm.js';

// The words of the page in the chosen language. Keys are checked against both files by a test.
let words = {};
let current = 'vi';

export async function loadLanguage(language) {
	const answer = await fetch(`i18n/${language}.json`);
	if (!answer.ok)
		throw new Error(`i18n/${language}.json: ${answer.status}`);
	words = await answer.json();
	current = language;
	document.documentElement.lang = language;
	document.title = words['app.name'];
}

export function t(key, values) {
	const text = words[key] ?? key;
	return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text;
}

// What a tab and a screen reader call the page (WCAG 2.2, 2.4.2).
export function useTitle(title) {
	useEffect(() => { document.title = `${title} – ${t('app.name')}`; }, [title]);
}

export const language = () => current;
export const otherLanguage = () => (current === 'vi' ? 'en' : 'vi');
const locale = () => (current === 'vi' ? 'vi-VN' : 'en-GB');
export const number = n => new Intl.NumberFormat(locale()).format(n);

// A date of issue is YYYY, YYYY-MM or YYYY-MM-DD.
export function day(text) {
	if (!text)
		return '';
	const parts = text.split('-').map(Number);
	if (parts.length < 3)
		return parts.reverse().join('/');
	return new Intl.DateTimeFormat(locale(), { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' })
		.format(new Date(Date.UTC(parts[0], parts[1] - 1, parts[2])));
}

// The other way; what is no date of issue stays as it was typed, and the server says what is wrong with it.
export function dayTyped(text) {
	const parts = text.trim().split(/[/.]/);
	if (parts.length > 3 || parts.some(part => !/^\d+$/.test(part)) || parts.at(-1).length !== 4)
		return text.trim();
	return parts.reverse().map((part, i) => (i ? part.padStart(2, '0') : part)).join('-');
}

// A moment, the server's (RFC 3339) or a Date, in the reader's own time.
export function when(moment) {
	return moment ? new Intl.DateTimeFormat(locale(), { dateStyle: 'short', timeStyle: 'short' }).format(new Date(moment)) : '';
}

export const typeName = type => (current === 'en' ? type.name_en : type.name_vi);

// Of an ISO 639 code; what is none stays as it is.
export function languageName(code) {
	return /^[a-z]{2,3}$/.test(code) ? new Intl.DisplayNames(locale(), { type: 'language' }).of(code) : code;
}

export function size(bytes) {
	const units = ['B', 'KB', 'MB', 'GB'];
	let unit = 0;
	for (; bytes >= 1024 && unit < units.length - 1; unit++)
		bytes /= 1024;
	return `${number(Math.round(bytes * 10) / 10)} ${units[unit]}`;
}

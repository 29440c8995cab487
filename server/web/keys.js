// SPDX-License-Identifier: GPL-3.0-or-later
// Single-letter keys, which can be turned off (WCAG 2.2, 2.1.4); never while something is typed.
import { useEffect, useRef } from './vendor/preact-htm.js';

const stored = 'tangthu.keys';
export const keysEnabled = () => localStorage.getItem(stored) !== 'off';
export const setKeysEnabled = on => localStorage.setItem(stored, on ? 'on' : 'off');

// Returns a function that takes the keys away again.
function listen(table) {
	const listener = event => {
		const tag = event.target.tagName;
		if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing ||
		    tag === 'INPUT' || tag === 'TEXTAREA' || tag === 'SELECT' || !keysEnabled())
			return;
		const act = table.current[event.key];
		if (act) {
			event.preventDefault();
			act();
		}
	};
	addEventListener('keydown', listener);
	return () => removeEventListener('keydown', listener);
}

// What was drawn last counts at once: an effect comes only after the paint, and keys may be faster.
export function useKeys(table) {
	const latest = useRef();
	latest.current = table;
	useEffect(() => listen(latest), []);
}

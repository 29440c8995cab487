// SPDX-License-Identifier: GPL-3.0-or-later
// tus 1.0.0: creation, checksum (sha256), termination. After a lost connection the server is asked
// how much has arrived for good, and the rest is sent.
import { request } from './api.js';

const chunk = 4 * 1024 * 1024;
const tus = { 'Tus-Resumable': '1.0.0' };

function base64(bytes) {
	let text = '';
	for (const byte of bytes)
		text += String.fromCharCode(byte);
	return btoa(text);
}

const encode = text => base64(new TextEncoder().encode(text));
const wait = (ms, signal) => new Promise((resolve, reject) => {
	const timer = setTimeout(resolve, ms);
	signal.addEventListener('abort', () => {
		clearTimeout(timer);
		reject(new DOMException('', 'AbortError'));
	}, { once: true });
});

async function create(file, dossier, signal) {
	const metadata = [`filename ${encode(file.name)}`];
	if (dossier)
		metadata.push(`dossier ${encode(dossier)}`);
	const answer = await request('POST', 'uploads', {
		signal, headers: { ...tus, 'Upload-Length': file.size, 'Upload-Metadata': metadata.join(',') },
	});
	return answer.headers.get('Location').split('/').pop();
}

async function offsetOf(id, signal) {
	const answer = await request('HEAD', `uploads/${id}`, { signal, headers: tus });
	return { offset: Number(answer.headers.get('Upload-Offset')), record: answer.headers.get('Tangthu-Record') };
}

async function send(id, file, offset, signal) {
	const body = await file.slice(offset, offset + chunk).arrayBuffer();
	const headers = { ...tus, 'Upload-Offset': offset, 'Content-Type': 'application/offset+octet-stream' };
	// crypto.subtle exists on https and localhost only; TCP's checksum has to do elsewhere.
	if (crypto.subtle)
		headers['Upload-Checksum'] = `sha256 ${base64(new Uint8Array(await crypto.subtle.digest('SHA-256', body)))}`;
	const answer = await request('PATCH', `uploads/${id}`, { raw: body, headers, signal });
	return { offset: Number(answer.headers.get('Upload-Offset')), record: answer.headers.get('Tangthu-Record') };
}

// Worth another try: no connection, busy server, an offset that moved while the answer was lost.
const passing = error => [0, 409, 429, 460, 503].includes(error.status);

// Resolves to the uid of the record the file became. onState(name, bytes) tells how far it is.
export async function uploadFile(file, dossier, signal, onState) {
	let id;
	let state = { offset: 0, record: null };
	for (let failures = 0; ;) {
		try {
			if (!id)
				id = await create(file, dossier, signal);
			else if (failures)
				state = await offsetOf(id, signal);
			while (!state.record) {
				onState('sending', state.offset);
				state = await send(id, file, state.offset, signal);
				failures = 0;
			}
			onState('done', file.size);
			return state.record;
		} catch (error) {
			if (error.name === 'AbortError') {
				if (id)
					request('DELETE', `uploads/${id}`, { headers: tus }).catch(() => {});
				throw error;
			}
			if (!passing(error) || ++failures > 50)
				throw error;
			onState('paused', state.offset);
			await wait(Math.min(30000, 500 * 2 ** Math.min(failures, 6)), signal);
		}
	}
}

// SPDX-License-Identifier: GPL-3.0-or-later
import { html, useLayoutEffect, useRef, useState } from './vendor/preact-htm.js';
import { request } from './api.js';
import { otherLanguage, t, useTitle } from './text.js';

export function LoginView({ notice, onEnter, onLanguage }) {
	useTitle(t('login.title'));
	const [problem, setProblem] = useState('');
	const [busy, setBusy] = useState(false);
	const [shown, setShown] = useState(false);
	const name = useRef();
	const password = useRef();
	const code = useRef();
	const [codeAsked, setCodeAsked] = useState(false);
	useLayoutEffect(() => { code.current?.focus(); }, [codeAsked]);
	useLayoutEffect(() => name.current.focus(), []);
	const submit = async event => {
		event.preventDefault();
		setBusy(true);
		setProblem('');
		try {
			const answer = await request('POST', 'login', {
				body: {
					name: name.current.value.trim(), password: password.current.value,
					...(codeAsked ? { code: code.current.value } : {}),
				},
			});
			onEnter(await answer.json());
		} catch (error) {
			setProblem(error.message);
			setBusy(false);
			setCodeAsked(codeAsked || error.code === 'code-required');
			(code.current || password.current).select();
		}
	};
	return html`
		<main class="login" id="main">
			<form onSubmit=${submit}>
				<h1><img src="icon.svg" alt="" width="40" height="40" /> ${t('app.name')}</h1>
				<p>${t('app.tagline')}</p>
				<h2>${t('login.title')}</h2>
				<p role="alert" class="problem">${problem || (notice && t(notice))}</p>
				<label>${t('login.name')}
					<input ref=${name} name="username" autocomplete="username" autocapitalize="none" spellcheck=${false} required /></label>
				<label>${t('login.password')}
					<input ref=${password} name="password" type=${shown ? 'text' : 'password'} autocomplete="current-password" required /></label>
				${codeAsked && html`<label>${t('login.code')}
					<input ref=${code} name="code" inputmode="numeric" autocomplete="one-time-code" required /></label>`}
				<label class="check"><input type="checkbox" checked=${shown} onChange=${event => setShown(event.target.checked)} /> ${t('login.show')}</label>
				<button class="main" disabled=${busy}>${t('login.submit')}</button>
				<button type="button" class="quiet" lang=${otherLanguage()} onClick=${onLanguage}>${t('app.language')}</button>
			</form>
		</main>`;
}
